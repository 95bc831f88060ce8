import { type Color, COLORS } from "../../lib/color.ts";
import { formatRoute, parseRoute, takesTraffic } from "../../lib/route.ts";
import { type ListenerState, listenerTarget, realRoute } from "./listenerRoute.ts";
import { memberColor } from "./listenerState.ts";
import { type MembersMark, readMark, refuseOvertakenMembers, withMark } from "./membersMark.ts";
import type { ApiMember } from "./octaviaTypes.ts";

/** A host in a pool. */
export type Member = Pick<ApiMember, "name" | "address" | "protocol_port" | "subnet_id">;
/** The same as input for a pool. */
export type SetMember = Member & Pick<ApiMember, "weight" | "tags">;

/** A member as unchanged input for its pool. */
export function asItIs(member: ApiMember): SetMember {
  const { name, address, protocol_port, subnet_id, weight, tags = [] } = member;
  return { name, address, protocol_port, subnet_id, weight, tags };
}

/**
 * The members for the shared pool, each with its color's weight, which the route's step has set if the pool
 * is in use. A canary keeps its share when hosts join or leave.
 */
export function withWeights(wanted: readonly Member[], state: ListenerState): SetMember[] {
  const weights = weightsOfRoute(wanted, state) ?? weightsThere(state);
  return wanted.map((member) => {
    const color = memberColor(member.name);
    return { ...member, weight: color === undefined ? 1 : weights[color] };
  });
}

/** Any weight but 0 for a color without members. */
function weightsThere({ members, weights }: ListenerState): Readonly<Record<Color, number>> {
  const of = (color: Color) => (members[color] > 0 ? Math.round(weights[color]) : 1);
  return { blue: of("blue"), green: of("green") };
}

/** Undefined without a current canary of ours. */
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
 * Members that leave while users' requests may be in flight on them; they first get no new requests. This
 * includes members of an unused shared pool: they have just left their color's own pool.
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

/** Whether nothing needs to change. */
export function sameMembers(there: readonly ApiMember[], wanted: readonly SetMember[]): boolean {
  const key = (one: SetMember) =>
    [one.name, one.address, one.protocol_port, one.weight, generationOf(one)].join(" ");
  const sound = there.filter(({ provisioning_status: status }) => status !== "ERROR");
  const has = new Set(sound.map(key));
  return there.length === wanted.length && wanted.every((one) => has.has(key(one)));
}

/** Undefined for a leaving member. */
function generationOf(member: Pick<ApiMember, "tags">): string | undefined {
  const mark = readMark(member);
  return mark?.isLeaving ? undefined : mark?.generation;
}

/** The pool as an `up` observes it; see `Observation`. */
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
  /** Names the `up` that sets them. */
  readonly generation: string;
  /** How long requests in flight on a leaving host may last. */
  readonly drainSeconds: number;
}

/** The pool that both colors share. Every change resolves once it has taken effect. */
export interface SharedPool {
  state(): Promise<ListenerState>;
  members(): Promise<readonly ApiMember[]>;
  /** Replaces all members: those not named leave. */
  set(members: readonly SetMember[]): Promise<void>;
  wait(ms: number): Promise<void>;
}

/**
 * Sets the pool's members, and lets requests finish on those that leave. Octavia has no conditional update,
 * so the marks are checked before each change; a short race remains between check and change.
 *
 * @param began When this step began; see `MembersMark`.
 * @throws Error if a later step has set the members.
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
