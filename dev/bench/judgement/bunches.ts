import type { DrawnAnswer, Measurement } from "../../../release/judge/types.ts";
import { binomial, type Random, randomFrom } from "./random.ts";

/** Users with broken pages or scripts, beside sound ones, on two colors that are alike unless green is worse. */
export interface Bunches {
  readonly name: string;
  readonly requestsPerSecond: number;
  /** Green's share of draws. */
  readonly share: number;
  /** Share of the sound requests that fail. */
  readonly rate: number;
  /** The same for green, if it is worse. */
  readonly greenRate?: number;
  /** Requests that a broken user makes, all of which fail; 0 for none. */
  readonly size: number;
  /** Seconds from one broken user to the next, on average. */
  readonly everySeconds: number;
  /** How many requests a broken user makes in a second. Default 20. */
  readonly perSecond?: number;
}

interface BrokenUser {
  readonly draw: number;
  readonly isGreen: boolean;
  left: number;
}

const DRAWS = 1e9;

/** A second of it at a time; every user keeps the draw. The same for the same seed. */
export class BunchedTraffic {
  readonly #bunches: Bunches;
  readonly #random: Random;
  #users: BrokenUser[] = [];
  #second = 0;

  constructor(bunches: Bunches, seed: number) {
    this.#bunches = bunches;
    this.#random = randomFrom(seed);
  }

  next(): Measurement {
    const { requestsPerSecond, share, rate, greenRate = rate } = this.#bunches;
    const second = this.#second++;
    const green = binomial(this.#random, requestsPerSecond, share);
    const counts = {
      blue: this.#sound(requestsPerSecond - green, rate),
      green: this.#sound(green, greenRate),
    };
    const answers: DrawnAnswer[] = [];
    const fail = (isGreen: boolean, draw: number) => {
      const color = isGreen ? "green" : "blue";
      answers.push({ kind: "failure", color, draw, share: isGreen ? share : 1 - share });
    };
    for (let at = 0; at < counts.green.failures; at++) fail(true, this.#drawOf(true));
    for (let at = 0; at < counts.blue.failures; at++) fail(false, this.#drawOf(false));
    for (const { isGreen, draw, requests } of this.#broken()) {
      for (let at = 0; at < requests; at++) fail(isGreen, draw);
      const mine = counts[isGreen ? "green" : "blue"];
      mine.requests += requests;
      mine.failures += requests;
    }
    return { from: second * 1000, to: (second + 1) * 1000, colors: counts, answers };
  }

  #sound(requests: number, rate: number) {
    return { requests, failures: binomial(this.#random, requests, rate) };
  }

  #broken() {
    const { size, everySeconds, share, perSecond = 20 } = this.#bunches;
    if (size > 0 && this.#random() < 1 / everySeconds) {
      const isGreen = this.#random() < share;
      this.#users.push({ isGreen, draw: this.#drawOf(isGreen), left: size });
    }
    const active = this.#users.map((user) => {
      const requests = Math.min(user.left, perSecond);
      user.left -= requests;
      return { ...user, requests };
    });
    this.#users = this.#users.filter(({ left }) => left > 0);
    return active;
  }

  /** Draws below green's share are green's. */
  #drawOf(isGreen: boolean): number {
    const { share } = this.#bunches;
    const place = isGreen ? this.#random() * share : share + this.#random() * (1 - share);
    return Math.floor(place * DRAWS);
  }
}

/** A measurement as a source gives it that does not know draws. */
export function withoutDraws({ from, to, colors }: Measurement): Measurement {
  return { from, to, colors };
}

const MINUTE = 60;

/** Both colors alike: independent failures, and broken users of 10, 100 and 1,000 requests. */
export const BUNCHES: readonly Bunches[] = [
  ...[0.25, 0.05].flatMap((share) => [
    bunches("independent failures", share, 0, 1),
    bunches("and users with 10 failures, every 20 s", share, 10, 20),
    bunches("and users with 100 failures, every 2 min", share, 100, 2 * MINUTE),
    bunches("and users with 1,000 failures, every 10 min", share, 1000, 10 * MINUTE),
  ]),
];

function bunches(what: string, share: number, size: number, everySeconds: number): Bunches {
  const name = `0.2 %, 100/s, ${share * 100} % canary, ${what}`;
  return { name, requestsPerSecond: 100, share, rate: 0.002, size, everySeconds };
}
