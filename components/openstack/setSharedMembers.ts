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
