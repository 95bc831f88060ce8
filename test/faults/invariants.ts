/** The promises of docs/reliability.md. */
export const INVARIANTS = [
  "every request got one complete answer",
  "no answer of the old color after an acknowledgement",
  "every sentence that a command ended with was true",
  "exactly one active color, in memory and on disk",
  "a failed version has no traffic",
  "a container is drained before it is stopped",
  "a second release is refused, but not for ever",
  "nothing is left to mend",
] as const;
export type Invariant = (typeof INVARIANTS)[number];

export interface Violation {
  readonly invariant: Invariant;
  readonly text: string;
}

export function violation(invariant: Invariant, text: string): Violation {
  return { invariant, text };
}
