import type { Outcome } from "../store/journal.ts";

/** What a pipeline can decide by; documented in docs/releases.md. */
export const EXIT = {
  ok: 0,
  /** Something is wrong that a person has to mend; the message says what. */
  error: 1,
  /** The command line is not right. */
  usage: 2,
  /** Nothing was begun: a check, or the question at the terminal, said no. */
  refused: 3,
  /** The release has gone back by the judgement of its requests. */
  rolledBack: 4,
  /** The release waits for a person: `promote` or `abort`. */
  paused: 5,
  /** Another release works on the stack. */
  locked: 6,
  /** A step has failed, or somebody has aborted; all is as it was before. */
  undone: 7,
  interrupted: 130,
} as const;

export function exitCodeOf(kind: "release" | "rollback" | "retire", outcome: Outcome): number {
  switch (outcome) {
    case "released":
    case "retired":
      return EXIT.ok;
    case "rolled-back":
      return kind === "rollback" ? EXIT.ok : EXIT.rolledBack;
    case "aborted":
    case "failed":
      return EXIT.undone;
  }
}
