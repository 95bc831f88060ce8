import type { ApiMember } from "./octaviaTypes.ts";

/** What the script that set the members of the pool for both colors has left with each of them. */
export interface MembersMark {
  /** Names the `up` that asked for these members, see `Plan`. */
  readonly generation: string;
  /** When the script began; ISO 8601, so that two of them can be compared as text. */
  readonly began: string;
  /** Whether the member gets nothing new, and leaves when its requests have ended. */
  readonly isLeaving: boolean;
}

const MARK = "blue-green.members=";

type Tagged = Pick<ApiMember, "tags">;

/**
 * The tags of a member with the mark in the place of the one before. It is the member's own tag, and not
 * the pool's or the listener's, because so it is written by the very call that sets the members: any
 * other place would cost a change more, for each of which Octavia reloads HAProxy.
 */
export function withMark({ tags = [] }: Tagged, mark: MembersMark): string[] {
  const { generation, began, isLeaving } = mark;
  const text = MARK + [generation, began, isLeaving ? "leaving" : ""].join("|");
  return [...tags.filter((tag) => !tag.startsWith(MARK)), text];
}

export function readMark({ tags = [] }: Tagged): MembersMark | undefined {
  const tag = tags.find((one) => one.startsWith(MARK));
  if (tag === undefined) return undefined;
  const [generation = "", began = "", leaving = ""] = tag.slice(MARK.length).split("|");
  return { generation, began, isLeaving: leaving === "leaving" };
}

export function isLeaving(member: Tagged): boolean {
  return readMark(member)?.isLeaving ?? false;
}

/**
 * A script goes on when the `pulumi up` that started it is killed, and sleeps while requests end; it must
 * not take back what the next one has set meanwhile.
 *
 * @throws Error where a script that began later has set these members.
 */
export function refuseOvertakenMembers(there: readonly Tagged[], began: string): void {
  if (there.every((member) => (readMark(member)?.began ?? "") <= began)) return;
  throw new Error("A later pulumi up has set the balancer's members, so this one has stopped.");
}
