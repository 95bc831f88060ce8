import { type Color, COLORS } from "../../lib/color.ts";
import { formatRoute, parseRoute, takesTraffic } from "../../lib/route.ts";
import { type ListenerState, listenerTarget, realRoute } from "./listenerRoute.ts";
import { memberColor } from "./listenerState.ts";
import { type MembersMark, readMark, refuseOvertakenMembers, withMark } from "./membersMark.ts";
import type { ApiMember } from "./octaviaTypes.ts";

/** A host as a pool has it. */
export type Member = Pick<ApiMember, "name" | "address" | "protocol_port" | "subnet_id">;
/** The same as a pool is given it. */
export type SetMember = Member & Pick<ApiMember, "weight" | "tags">;

/** What of a member a pool can be given back. */
export function asItIs(member: ApiMember): SetMember {
  const { name, address, protocol_port, subnet_id, weight, tags = [] } = member;
  return { name, address, protocol_port, subnet_id, weight, tags };
}

/**
 * The members that the pool of both colors is to have, each with the weight of its color: the route's
 * script has set it where the pool is used. A canary keeps its share when hosts come or go.
 */
export function withWeights(wanted: readonly Member[], state: ListenerState): SetMember[] {
  const weights = weightsOfRoute(wanted, state) ?? weightsThere(state);
  return wanted.map((member) => {
    const color = memberColor(member.name);
    return { ...member, weight: color === undefined ? 1 : weights[color] };
  });
}

/** Any but none for a color that has no members yet. */
function weightsThere({ members, weights }: ListenerState): Readonly<Record<Color, number>> {
  const of = (color: Color) => (members[color] > 0 ? Math.round(weights[color]) : 1);
  return { blue: of("blue"), green: of("green") };
}

/** Undefined where no canary of ours is in force. */
function weightsOfRoute(
  wanted: readonly Member[],
  state: ListenerState,
): Readonly<Record<Color, number>> | undefined {
  const { record } = state;
  const count = (color: Color) => wanted.filter(({ name }) => memberColor(name) === color).length;
  const counts = { blue: count("blue"), green: count("green") };
  if (!record || realRoute(state) !== formatRoute(record.route)) return undefined;
  if (counts.blue === 0 || counts.green === 0) return undefined;
  return listenerTarget(record.route, counts).weights;
}

/**
 * Those that leave while users' requests may be in flight on them: they first get nothing new. One of
 * a pool that no request gets to is such a one as well, since it has just left its color's own.
 */
export function draining(
  there: readonly ApiMember[],
  wanted: readonly Member[],
  state: ListenerState,
): SetMember[] {
  const route = parseRoute(realRoute(state));
  const serving = COLORS.filter((color) => route && takesTraffic(color, route));
  return there
    .filter(({ address }) => !wanted.some((member) => member.address === address))
    .filter(({ name }) => serving.some((color) => color === memberColor(name)))
    .map((member) => ({ ...asItIs(member), weight: 0 }));
}

/** Whether nothing has to be changed. */
export function sameMembers(there: readonly ApiMember[], wanted: readonly SetMember[]): boolean {
  const key = (one: SetMember) =>
    [one.name, one.address, one.protocol_port, one.weight, generationOf(one)].join(" ");
  const sound = there.filter(({ provisioning_status: status }) => status !== "ERROR");
  const has = new Set(sound.map(key));
  return there.length === wanted.length && wanted.every((one) => has.has(key(one)));
}

/** Undefined for one that is leaving. */
function generationOf(member: Pick<ApiMember, "tags">): string | undefined {
  const mark = readMark(member);
  return mark?.isLeaving ? undefined : mark?.generation;
}

/** What an `up` sees of the pool when it begins; see `Observation`. */
export function observedMembers(there: readonly ApiMember[]): {
  readonly hosts: readonly string[];
  readonly generation?: string;
} {
  const generations = new Set(there.map(generationOf));
  const [generation] = generations;
  const isOne = generations.size === 1 && generation !== undefined;
  return { hosts: there.map(({ name }) => name), ...(isOne && { generation }) };
}

export interface WantedMembers {
  readonly members: readonly Member[];
  /** Names the `up` that asks for them. */
  readonly generation: string;
  /** How long requests in flight on a host may last when it leaves. */
  readonly drainSeconds: number;
}

/** The pool that both colors share. Every change ends when the cloud says that it is in force. */
export interface SharedPool {
  state(): Promise<ListenerState>;
  members(): Promise<readonly ApiMember[]>;
  /** All of them at once: those that are not named leave. */
  set(members: readonly SetMember[]): Promise<void>;
  wait(ms: number): Promise<void>;
}

/**
 * Gives the pool its members, and lets requests end on those that leave. Octavia can't be asked to change
 * something only if it is as it was, so that the marks are looked at before each change: what is left is
 * the moment between the two.
 *
 * @param began When this began; see `MembersMark`.
 * @throws Error where a later one has set members.
 */
export async function setSharedMembers(
  { members, generation, drainSeconds }: WantedMembers,
  began: string,
  pool: SharedPool,
): Promise<void> {
  const state = await pool.state();
  const there = await pool.members();
  refuseOvertakenMembers(there, began);
  const marked = (isLeaving: boolean) => (member: SetMember) => {
    const mark: MembersMark = { generation, began, isLeaving };
    return { ...member, tags: withMark(member, mark) };
  };
  const wanted = withWeights(members, state).map(marked(false));
  const leaving = draining(there, members, state);
  if (leaving.length > 0) {
    await pool.set([...wanted, ...leaving.map(marked(true))]);
    await pool.wait(drainSeconds * 1000);
    refuseOvertakenMembers(await pool.members(), began);
  }
  if (leaving.length > 0 || !sameMembers(there, wanted)) await pool.set(wanted);
}
