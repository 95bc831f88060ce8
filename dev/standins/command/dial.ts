import { setTimeout as sleep } from "node:timers/promises";

/** The waits between dials, which are those of the engine's retry package. */
const FIRST_WAIT_MS = 100;
const WAIT_GROWTH = 1.5;
const LONGEST_WAIT_MS = 5000;

export interface Dialing {
  /** What is shown of a failed attempt: `Dial`, `Dial proxy`, `Dial from proxy`. */
  readonly title: string;
  /** How many failed attempts are followed by another; -1 for no limit. */
  readonly limit: number;
  /** Ends the waiting. */
  readonly stopped: AbortSignal;
  log(this: void, line: string): void;
}

/** Tries until it succeeds or the limit is reached, with growing waits. */
export async function dial<Result>(
  { title, limit, stopped, log }: Dialing,
  attempt: () => Promise<Result>,
): Promise<Result> {
  let wait = FIRST_WAIT_MS;
  for (let failed = 0; ; failed++) {
    try {
      return await attempt();
    } catch (error) {
      if (limit >= 0 && failed >= limit) {
        throw new Error(`after ${failed} failed attempts: ${(error as Error).message}`, {
          cause: error,
        });
      }
      log(`${title} ${failed + 1}/${limit < 0 ? "inf" : limit} failed: retrying`);
      await sleep(wait, undefined, { signal: stopped }).catch(() => {
        throw new Error("context canceled", { cause: error });
      });
      wait = Math.min(wait * WAIT_GROWTH, LONGEST_WAIT_MS);
    }
  }
}
