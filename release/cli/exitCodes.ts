import { UsageError, UserError } from "../../lib/userError.ts";
import type { PlanKind } from "../plan/releasePlan.ts";
import type { Outcome } from "../store/journal.ts";
import { LockedError } from "../store/lease.ts";

/** What a pipeline can branch on; documented in docs/releases.md. */
export const EXIT = {
  ok: 0,
  /** Something is wrong that a person has to fix; the message says what. */
  error: 1,
  /** The command line is invalid. */
  usage: 2,
  /** Nothing was started: a check failed, or the question was answered with no. */
  refused: 3,
  /** The release was rolled back because its requests were judged worse. */
  rolledBack: 4,
  /** The release waits for a person: `promote` or `abort`. */
  paused: 5,
  /** Another command is working on the stack. */
  locked: 6,
  /** A step failed, or the release was aborted; the traffic is where it was before. */
  undone: 7,
  /** The release has ended, and the balancer's route is not what it should be. */
  mismatch: 8,
  /** Released, and the watch saw too few requests for a verdict. */
  undecided: 9,
  interrupted: 130,
} as const;

/** Nothing was started, and nothing has changed. */
export class Refused extends UserError {}

export function exitCodeOf(kind: PlanKind, outcome: Outcome): number {
  switch (outcome) {
    case "released":
    case "retired":
      return EXIT.ok;
    case "rolled-back":
      return kind === "rollback" ? EXIT.ok : EXIT.rolledBack;
    case "aborted":
    case "failed":
      return EXIT.undone;
    case "undecided":
      return EXIT.undecided;
    case "mismatch":
      return EXIT.mismatch;
  }
}

export function exitCodeOfError(error: UserError): number {
  if (error instanceof LockedError) return EXIT.locked;
  if (error instanceof UsageError) return EXIT.usage;
  return error instanceof Refused ? EXIT.refused : EXIT.error;
}
