import type { Color } from "../../lib/color.ts";
import type { Tally } from "./blocks.ts";
import type { OpenRequest } from "./types.ts";

/** A request of the other color that waits for longer has failed, as far as evidence goes. */
const HANGS_AFTER_SECONDS = 5;

/** Whatever `maxLatencyRatio` is, one of the candidate has failed after this. */
const HANGS_AT_LAST_SECONDS = 30;

/** A shorter wait is normal, however fast the other color is. */
const NORMAL_SECONDS = 2;

/** A measurement weighs half after seven more. */
const FADING = 0.9;

export interface Answered {
  readonly candidate: Tally;
  readonly other: Tally;
}

/**
 * Requests without an answer. Until the balancer gives up on one, after 75 seconds, it is in no count: a
 * color that answers only what it can answer would pass. So a PASS waits for as long as more of the
 * candidate's requests are open than the other color's would explain, and a request that hangs for long
 * counts as failed before it ends.
 */
export class OpenRequests {
  readonly #candidate: Color;
  readonly #maxRatio: number;
  #waiting = 0;
  #expected = 0;
  /** Of the other color, while it had traffic: sums over the last measurements. */
  #openOthers = 0;
  #answeredOthers = 0;

  constructor(candidate: Color, maxRatio: number) {
    this.#candidate = candidate;
    this.#maxRatio = maxRatio;
  }

  /**
   * @param answered In this measurement.
   * @param slowest Seconds that the other color's requests rarely take; NaN if unknown.
   * @returns those that have failed, as far as evidence goes.
   */
  add(open: readonly OpenRequest[], answered: Answered, slowest: number): readonly OpenRequest[] {
    const isCandidate = ({ color }: OpenRequest) => color === this.#candidate;
    const normal = Math.max(NORMAL_SECONDS, Number.isNaN(slowest) ? 0 : slowest);
    const [mine, theirs] = [normal * this.#maxRatio, normal];
    const others = open.filter((one) => !isCandidate(one) && one.seconds > theirs).length;
    this.#waiting = open.filter((one) => isCandidate(one) && one.seconds > mine).length;
    if (answered.other.requests > 0) {
      this.#openOthers = this.#openOthers * FADING + others;
      this.#answeredOthers = this.#answeredOthers * FADING + answered.other.requests;
    }
    const ratio = this.#answeredOthers === 0 ? 0 : this.#openOthers / this.#answeredOthers;
    this.#expected = ratio * answered.candidate.requests;
    const hangsAfter = Math.min(HANGS_AT_LAST_SECONDS, HANGS_AFTER_SECONDS * this.#maxRatio);
    return open.filter(
      (one) => one.seconds > (isCandidate(one) ? hangsAfter : HANGS_AFTER_SECONDS),
    );
  }

  /** How many wait for longer than is normal. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Whether they are more than the other color's would explain, and more than the margin of a step's answers. */
  isUndecided(answered: number, margin: number): boolean {
    const chance = 2 * Math.sqrt(this.#expected);
    return this.#waiting > Math.max(margin * answered, this.#expected + chance);
  }
}
