import type { DrawnAnswer, OpenRequest } from "../judge/types.ts";
import type { EdgeRequests } from "./haproxyCounters.ts";

/** A shorter wait is nothing to report. */
const SHORTEST_SECONDS = 1;

/**
 * Tells requests that wait from those that ended without any answer, such as when HAProxy closes the
 * client's connection because the app's has ended (see `parseReading`). HAProxy writes no line for these,
 * and its table keeps them for some seconds.
 */
export class UnansweredRequests {
  /** Ended ones that are in the table still. */
  #known: ReadonlySet<string> = new Set();
  /** Of the lines of the last two readings. */
  #lines: readonly ReadonlySet<number>[] = [];

  add({ at, ended, unanswered }: EdgeRequests): {
    readonly answers: readonly DrawnAnswer[];
    readonly open: readonly OpenRequest[];
  } {
    this.#lines = [...this.#lines.slice(-1), new Set(ended.map(({ draw }) => draw))];
    const over = unanswered.filter(({ isOpen }) => !isOpen);
    const silent = over.filter(
      ({ tag, draw }) => !this.#known.has(tag) && !this.#lines.some((draws) => draws.has(draw)),
    );
    this.#known = new Set(over.map(({ tag }) => tag));
    return {
      answers: silent.map(({ color, draw, share }) => ({ kind: "failure", color, draw, share })),
      open: unanswered
        .filter(({ isOpen, startedAt }) => isOpen && at - startedAt >= SHORTEST_SECONDS * 1000)
        .map(({ color, draw, share, startedAt }) => ({
          ...{ color, draw, share },
          seconds: (at - startedAt) / 1000,
        })),
    };
  }
}
