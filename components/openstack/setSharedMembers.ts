import type { ListenerState } from "./listenerRoute.ts";
import { type MembersMark, refuseOvertakenMembers, withMark } from "./membersMark.ts";
import type { ApiMember } from "./octaviaTypes.ts";
import {
  draining,
  type Member,
  sameMembers,
  type SetMember,
  withWeights,
} from "./sharedMembers.ts";

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
