import type { ColorSample, Measurement } from "../../../release/judge/types.ts";
import { binomial, normal, type Random, randomFrom } from "./random.ts";

/** What users ask in a simulated release of green beside blue, from second to second. */
export interface Scenario {
  readonly name: string;
  readonly requestsPerSecond: number;
  /** Green's share of requests, 0 to 1. */
  readonly share: (second: number) => number;
  /** Probabilities of a failure. */
  readonly blueRate: (second: number) => number;
  readonly greenRate: (second: number) => number;
  /** Times are lognormal; absent where they are not measured. Medians in seconds. */
  readonly times?: { readonly blueMedian: number; readonly greenMedian: number };
}

/** Deviation of the logarithm: p95 is about 3.7 times the median. */
const SPREAD = 0.8;

/** A second of a scenario at a time; the same for the same seed. */
export class Traffic {
  readonly #scenario: Scenario;
  readonly #random: Random;
  #second = 0;

  constructor(scenario: Scenario, seed: number) {
    this.#scenario = scenario;
    this.#random = randomFrom(seed);
  }

  next(): Measurement {
    const { requestsPerSecond, share, blueRate, greenRate, times } = this.#scenario;
    const second = this.#second++;
    const green = binomial(this.#random, requestsPerSecond, share(second));
    return {
      from: second * 1000,
      to: (second + 1) * 1000,
      colors: {
        blue: this.#sample(requestsPerSecond - green, blueRate(second), times?.blueMedian),
        green: this.#sample(green, greenRate(second), times?.greenMedian),
      },
    };
  }

  #sample(requests: number, rate: number, median: number | undefined): ColorSample {
    const failures = binomial(this.#random, requests, rate);
    if (median === undefined) return { requests, failures };
    const latencies = Array.from(
      { length: requests - failures },
      () => median * Math.exp(SPREAD * normal(this.#random)),
    );
    return { requests, failures, latencies };
  }
}
