import type { Outcome } from "../store/journal.ts";

/** The release ends here and is rolled back. */
export class ReleaseFailed extends Error {
  override readonly name = "ReleaseFailed";
  readonly outcome: Outcome;

  constructor(outcome: Outcome, reason: string) {
    super(reason);
    this.outcome = outcome;
  }
}

/** Not promoted in time, and no user is on the new color: the release can wait without a process. */
export class Paused extends Error {
  override readonly name = "Paused";
}

/** The user has asked to stop; the release stays as it is, for `resume` or `abort`. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}
