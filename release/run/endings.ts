import type { Outcome } from "../store/journal.ts";

/** The release ends here and goes back. */
export class ReleaseFailed extends Error {
  override readonly name = "ReleaseFailed";
  readonly outcome: Outcome;

  constructor(outcome: Outcome, reason: string) {
    super(reason);
    this.outcome = outcome;
  }
}

/** Nobody has promoted in time, and no user is on the new color: it can wait for ever. */
export class Paused extends Error {
  override readonly name = "Paused";
}

/** The user has asked to stop; the release stays as it is, for `resume` or `abort`. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}
