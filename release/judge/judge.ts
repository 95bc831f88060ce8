import { type Color, otherColor } from "../../lib/color.ts";
import { Blocks, type FirstFailure, NOTHING, plus, type Tally } from "./blocks.ts";
import { betsAlone } from "./bets.ts";
import { Comparison, MORE_OFTEN } from "./comparison.ts";
import { FailingDraws, SeenDraws } from "./draws.ts";
import { Evidence } from "./evidence.ts";
import { Histogram } from "./histogram.ts";
import { Latency, QUANTILES } from "./latency.ts";
import { Margin } from "./margin.ts";
import { OpenRequests } from "./openRequests.ts";
import { type StatusClass, STATUSES, StatusComparison } from "./statuses.ts";
import { conclude, type Findings } from "./verdict.ts";
import type {
  ColorRecord,
  ColorSample,
  DrawnAnswer,
  Judge,
  Measurement,
  Verdict,
} from "./types.ts";

export interface JudgeOptions {
  /** The color that is new. */
  readonly candidate: Color;
  /** Percent. At 95 a release that is no worse fails with a probability of at most 5 %. */
  readonly confidence: number;
  /** Percent of requests: a candidate that fails more often gets FAIL, whatever the other color does. */
  readonly maxErrorRate: number;
  /** How many times as long as the other color it may take. */
  readonly maxLatencyRatio: number;
  /** Percent of requests by which it may be worse for a PASS. Default 1. */
  readonly margin?: number;
  /** Classes of statuses that the candidate may give more often. Default none. */
  readonly statusMayDiffer?: readonly StatusClass[];
  /** Whose times they are, for the verdict's words: `users`. */
  readonly timesOf?: string;
  /** Of the candidate, in the first step, for a PASS. Default 0. */
  readonly minRequests?: number;
}

/**
 * How the probability of a false alarm is divided; the three latency quantiles and the two classes of
 * statuses have a share each.
 */
const SHARES = { errors: 0.55, limit: 0.05, latency: 0.08, statuses: 0.08 } as const;

/** When it takes all traffic, a candidate may fail twice as often as the other color did before. */
const TIME_MAY_DIFFER = 2;

/**
 * Judges a release from its first request to the end of the watch. `confidence` holds for the whole of
 * it: errors compared with the other color, errors compared with `maxErrorRate`, 4xx, 3xx, and three
 * quantiles of latency share the probability of a false alarm. One judge serves a whole release; each step needs a
 * separate PASS.
 *
 * FAIL is final. PASS and INSUFFICIENT may change.
 */
export class ReleaseJudge implements Judge {
  readonly #options: JudgeOptions;
  readonly #level: number;
  readonly #blocks = new Blocks();
  readonly #worse: Comparison;
  readonly #aboveLimit = new Evidence(MORE_OFTEN.length);
  readonly #latencies: readonly Latency[];
  readonly #known = new Histogram();
  readonly #failing: FailingDraws;
  readonly #timed = new SeenDraws();
  readonly #statuses: readonly StatusComparison[];
  readonly #open: OpenRequests;
  #step: StepFindings;
  #failed: Verdict | undefined;

  constructor(options: JudgeOptions) {
    this.#options = options;
    this.#level = 1 - options.confidence / 100;
    this.#worse = new Comparison({
      level: this.#level * SHARES.errors,
      oddsRatios: MORE_OFTEN,
      timeMayDiffer: TIME_MAY_DIFFER,
    });
    this.#latencies = QUANTILES.map(
      (quantile) =>
        new Latency({
          quantile,
          maxRatio: options.maxLatencyRatio,
          slowerLevel: this.#level * SHARES.latency,
          notSlowerLevel: this.#level,
        }),
    );
    this.#failing = new FailingDraws(options.candidate);
    const { statusMayDiffer = [] } = options;
    this.#statuses = STATUSES.filter(({ name }) => !statusMayDiffer.includes(name)).map(
      (status) => new StatusComparison(status, options.candidate, this.#level * SHARES.statuses),
    );
    this.#open = new OpenRequests(options.candidate, options.maxLatencyRatio);
    this.#step = this.#newStep(options.minRequests ?? 0);
  }

  /** What the other color answered before the release, to compare with after a switch. */
  remember(record: ColorRecord): void {
    this.#blocks.remember(record);
  }

  /** PASS has to be proven again, at the step's own load; evidence for FAIL is kept. */
  beginStep(minRequests: number): void {
    this.#step = this.#newStep(minRequests);
    for (const latency of this.#latencies) latency.beginStep();
  }

  add({ colors, answers, open = [], blind }: Measurement): void {
    const candidate = colors[this.#options.candidate];
    const other = colors[otherColor(this.#options.candidate)];
    const answered = { candidate, other };
    const hanging = this.#open.add(open, answered, this.#known.quantile(0.99));
    this.#step.blind = blind;
    this.#step.candidate = plus(this.#step.candidate, candidate);
    this.#step.other = plus(this.#step.other, other);
    if (answers) {
      const failed = answers.filter(({ kind }) => kind === "failure");
      const grouped = this.#failing.take(answered, failed, hanging);
      this.#step.repeats += grouped.repeats;
      this.#step.hanging += grouped.hanging;
      this.#addToLimit(grouped.ended);
      this.#addFailures(grouped.candidate, grouped.other, grouped.firsts);
      this.#addStatuses(candidate, other, answers);
    } else {
      this.#addToLimit(candidate);
      this.#addFailures(candidate, other);
    }
    this.#addLatencies(candidate, other);
    // Ville's bound holds for ever reaching it, so a FAIL stays, whenever the verdict is read.
    if (this.#failed === undefined && this.#isGuilty) this.#failed = conclude(this.#findings());
  }

  /** Whether the verdict is FAIL; cheaper than `verdict`. */
  get hasFailed(): boolean {
    return this.#failed !== undefined;
  }

  verdict(): Verdict {
    return this.#failed ?? conclude(this.#findings());
  }

  #addToLimit(candidate: Tally): void {
    if (candidate.requests === 0) return;
    this.#aboveLimit.add(betsAlone(candidate, this.#options.maxErrorRate / 100, MORE_OFTEN));
  }

  #addFailures(candidate: Tally, other: Tally, firsts?: readonly FirstFailure[]): void {
    const block = this.#blocks.add(candidate, other, firsts);
    if (!block) return;
    this.#worse.add(block);
    this.#step.margin.add(block);
  }

  #addStatuses(candidate: Tally, other: Tally, answers: readonly DrawnAnswer[]): void {
    for (const status of this.#statuses) status.add(candidate, other, answers);
  }

  #addLatencies(candidateSample: ColorSample, otherSample: ColorSample): void {
    const [candidate, other] = [candidateSample.latencies ?? [], otherSample.latencies ?? []];
    const firsts = {
      candidate: this.#ofNewDraws(candidateSample),
      other: this.#ofNewDraws(otherSample),
    };
    for (const latency of this.#latencies) latency.add({ candidate, other }, firsts, this.#known);
    for (const seconds of other) {
      this.#known.add(seconds);
      this.#step.otherTimes.add(seconds);
    }
    for (const seconds of candidate) this.#step.candidateTimes.add(seconds);
  }

  #ofNewDraws({ latencies = [], draws }: ColorSample): readonly number[] {
    if (!draws) return latencies;
    return latencies.filter((_, at) => this.#timed.isNew(draws[at]!));
  }

  get #isGuilty(): boolean {
    return (
      this.#worse.isProven ||
      this.#aboveLimit.log >= this.#limitNeeded ||
      this.#statuses.some(({ comparison }) => comparison.isProven) ||
      this.#latencies.some(({ slower }) => slower.isProven)
    );
  }

  get #limitNeeded(): number {
    return -Math.log(this.#level * SHARES.limit);
  }

  #findings(): Findings {
    const { candidate, maxErrorRate, maxLatencyRatio, margin = 1 } = this.#options;
    return {
      ...this.#step,
      names: { candidate, other: otherColor(candidate) },
      timesOf: this.#options.timesOf,
      before: this.#blocks.before,
      worse: this.#worse,
      aboveLimit: { evidence: this.#aboveLimit.log, needed: this.#limitNeeded },
      bound: this.#step.margin.bound,
      statuses: this.#statuses,
      waiting: this.#open.waiting,
      isUndecided: this.#open.isUndecided(this.#step.candidate.requests, margin / 100),
      latencies: QUANTILES.map((quantile, at) => ({ quantile, latency: this.#latencies[at]! })),
      allowed: {
        errorRate: maxErrorRate / 100,
        latencyRatio: maxLatencyRatio,
        margin: margin / 100,
      },
    };
  }

  #newStep(minRequests: number): StepFindings {
    return {
      minRequests,
      candidate: NOTHING,
      other: NOTHING,
      repeats: 0,
      hanging: 0,
      blind: undefined,
      margin: new Margin(this.#level, (this.#options.margin ?? 1) / 100),
      candidateTimes: new Histogram(),
      otherTimes: new Histogram(),
    };
  }
}

/** What counts for a PASS, and what a verdict shows. */
interface StepFindings {
  readonly minRequests: number;
  candidate: Tally;
  other: Tally;
  /** Failures of the candidate whose draws had failed before. */
  repeats: number;
  /** Requests of the candidate that waited for too long. */
  hanging: number;
  /** Why the last counts may be no counts. */
  blind: string | undefined;
  readonly margin: Margin;
  readonly candidateTimes: Histogram;
  readonly otherTimes: Histogram;
}
