import type { ApiMember } from "./octaviaTypes.ts";

/** The mark that the step leaves on each member of the pool for both colors. */
export interface MembersMark {
  /** Names the `up` that asked for these members, see `Plan`. */
  readonly generation: string;
  /** When the step began; ISO 8601, comparable as text. */
  readonly began: string;
  /** Whether the member gets no new requests and leaves once its requests have finished. */
  readonly isLeaving: boolean;
}

const MARK = "blue-green.members=";

type Tagged = Pick<ApiMember, "tags">;

/**
 * A member's tags, with the mark replaced. The tag belongs to the member, not to the pool or the listener:
 * the call that sets the members also writes it. Any other place would cost one more change, and Octavia
 * reloads HAProxy for each.
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
 * A step outlives a killed `pulumi up` and sleeps while requests finish. It must not revert what the next
 * one has set meanwhile.
 *
 * @throws Error if a step that began later has set these members.
 */
export function refuseOvertakenMembers(there: readonly Tagged[], began: string): void {
  if (there.every((member) => (readMark(member)?.began ?? "") <= began)) return;
  throw new Error("A later pulumi up has set the balancer's members, so this one stopped.");
}
