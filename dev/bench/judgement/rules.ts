import { type JudgeOptions, ReleaseJudge } from "../../../release/judge/judge.ts";
import type { Measurement } from "../../../release/judge/types.ts";
import { isHigh } from "./mannWhitney.ts";

/** A way to judge a release, looked at every second. */
export interface Rule {
  /** Whether the release has failed by the end of this second. */
  hasFailed(second: Measurement): boolean;
}

export const JUDGE_OPTIONS: JudgeOptions = {
  candidate: "green",
  confidence: 95,
  maxErrorRate: 5,
  maxLatencyRatio: 2,
};

export function ours(): Rule {
  const judge = new ReleaseJudge(JUDGE_OPTIONS);
  return {
    hasFailed: (second) => {
      judge.add(second);
      return judge.hasFailed;
    },
  };
}

/** What both colors answered in a minute. */
interface Minute {
  readonly green: { requests: number; failures: number };
  readonly blue: { requests: number; failures: number };
}

/** Seconds put together; the metrics of both rivals are by the minute. */
class Minutes {
  readonly whole: Minute[] = [];
  #seconds = 0;
  #open = emptyMinute();

  /** Whether a minute has ended. */
  add({ colors }: Measurement): boolean {
    for (const color of ["green", "blue"] as const) {
      this.#open[color].requests += colors[color].requests;
      this.#open[color].failures += colors[color].failures;
    }
    this.#seconds += 1;
    if (this.#seconds % 60 !== 0) return false;
    this.whole.push(this.#open);
    this.#open = emptyMinute();
    return true;
  }
}

function emptyMinute(): Minute {
  return { green: { requests: 0, failures: 0 }, blue: { requests: 0, failures: 0 } };
}

/**
 * Flagger's metric check with the values of its documentation: every minute the canary's rate of
 * success within that minute has to be 99 % at least, and with five failed checks, counted over the
 * whole analysis, it is rolled back. A minute without requests is a failed check.
 *
 * @see https://docs.flagger.app/usage/how-it-works, https://docs.flagger.app/usage/metrics
 */
export function flagger(): Rule {
  const minutes = new Minutes();
  let failedChecks = 0;
  return {
    hasFailed: (second) => {
      if (minutes.add(second)) {
        const { requests, failures } = minutes.whole.at(-1)!.green;
        if (!(1 - failures / requests >= 0.99)) failedChecks += 1;
      }
      return failedChecks >= 5;
    },
  };
}

/**
 * Kayenta's default judge on one metric, the rate of failures by the minute. Its documentation asks
 * for 50 points at least and suggests runs of an hour.
 *
 * @param isDue Whether it is run after so many minutes.
 * @see https://spinnaker.io/docs/guides/user/canary/judge
 */
export function kayenta(isDue: (minutes: number) => boolean): Rule {
  const minutes = new Minutes();
  let hasFailed = false;
  return {
    hasFailed: (second) => {
      if (minutes.add(second) && isDue(minutes.whole.length)) {
        const rates = (color: keyof Minute) =>
          minutes.whole.map((minute) => minute[color].failures / minute[color].requests);
        // A minute without requests has no rate; Kayenta removes what is not a number.
        const isNumber = (rate: number) => !Number.isNaN(rate);
        hasFailed ||= isHigh(rates("green").filter(isNumber), rates("blue").filter(isNumber));
      }
      return hasFailed;
    },
  };
}

/** The rules that are compared, in the order of the tables' columns. */
export const RULES = {
  ours,
  flagger,
  /** As its documentation suggests: one run after an hour. */
  kayentaHourly: () => kayenta((minutes) => minutes % 60 === 0),
  /** The same looked at every minute, from its ten first points on. */
  kayentaByMinute: () => kayenta((minutes) => minutes >= 10),
} as const satisfies Record<string, () => Rule>;

export type RuleName = keyof typeof RULES;
export const RULE_NAMES = Object.keys(RULES) as RuleName[];
