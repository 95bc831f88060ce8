import type { Scenario } from "./traffic.ts";

const MINUTE = 60;

/** Both colors fail alike: a FAIL is a false alarm. */
export const ALIKE: readonly Scenario[] = [
  alike("0.1 %, 100/s, 1 % canary", 0.001, 100, 0.01),
  alike("0.1 %, 100/s, 10 % canary", 0.001, 100, 0.1),
  alike("0.1 %, 100/s, 50 % canary", 0.001, 100, 0.5),
  alike("0.1 %, 1,000/s, 5 % canary", 0.001, 1000, 0.05),
  alike("1 %, 10/s, 50 % canary", 0.01, 10, 0.5),
  alike("1 %, 100/s, 10 % canary", 0.01, 100, 0.1),
  alike("4 %, 100/s, 50 % canary", 0.04, 100, 0.5),
  {
    ...alike("0.1 %, bursts of 4 % in both, 10 s every 5 min, 100/s, 25 % canary", 0, 100, 0.25),
    ...bothAt((second) => (second % (5 * MINUTE) < 10 ? 0.04 : 0.001)),
  },
  {
    ...alike("0.1 %, rising to 3 % in both while the canary rises from 1 to 50 %", 0, 100, 0),
    share: (second) => [0.01, 0.05, 0.25, 0.5][Math.floor(second / (15 * MINUTE))] ?? 0.5,
    ...bothAt((second) => 0.001 + (0.029 * second) / (60 * MINUTE)),
  },
  {
    ...alike("0.1 %, 100/s, 25 % canary for 10 min, then all", 0.001, 100, 0),
    share: (second) => (second < 10 * MINUTE ? 0.25 : 1),
  },
  {
    ...alike("0.1 %, 10/s, 50 % canary, times alike", 0.001, 10, 0.5),
    times: { blueMedian: 0.05, greenMedian: 0.05 },
  },
  {
    ...alike("0.1 %, 10/s, 50 % canary, green at the limit: 2 times as long", 0.001, 10, 0.5),
    times: { blueMedian: 0.05, greenMedian: 0.1 },
  },
];

/** Green fails more often than blue's 0.1 %. */
export const WORSE: readonly Bad[] = [0.5, 0.1].flatMap((share) =>
  [0.02, 0.05, 0.2].map((rate) => ({ share, rate })),
);

export interface Bad {
  readonly share: number;
  readonly rate: number;
}

export const GOOD_RATE = 0.001;

export function bad({ share, rate }: Bad, requestsPerSecond: number): Scenario {
  return {
    ...alike(`${rate * 100} %, ${share * 100} % canary`, GOOD_RATE, requestsPerSecond, share),
    greenRate: () => rate,
  };
}

/** What a release can be like, and when FAIL is due. */
export const LIVES: readonly (readonly [Scenario, number])[] = [
  ...[0.02, 0.05, 0.2].map(
    (rate) => [bad({ share: 0.25, rate }, 100), 0] as readonly [Scenario, number],
  ),
  [
    {
      ...alike("2 %, 25 % canary, only after 10 good minutes", GOOD_RATE, 100, 0.25),
      greenRate: (second) => (second < 10 * MINUTE ? GOOD_RATE : 0.02),
    },
    10 * MINUTE,
  ],
  [
    {
      ...alike("20 %, only after the switch in minute 10", GOOD_RATE, 100, 0),
      share: (second) => (second < 10 * MINUTE ? 0.25 : 1),
      greenRate: (second) => (second < 10 * MINUTE ? GOOD_RATE : 0.2),
    },
    10 * MINUTE,
  ],
  [
    {
      ...alike("2 %, only after the switch in minute 10", GOOD_RATE, 100, 0),
      share: (second) => (second < 10 * MINUTE ? 0.25 : 1),
      greenRate: (second) => (second < 10 * MINUTE ? GOOD_RATE : 0.02),
    },
    10 * MINUTE,
  ],
  [
    {
      ...alike("4 times as long, no failures, 25 % canary", 0, 100, 0.25),
      times: { blueMedian: 0.05, greenMedian: 0.2 },
    },
    0,
  ],
];

/** Until PASS; in the last ones green is worse by the margin of 1 %. */
export const PASSING: readonly Scenario[] = [
  alike("0.1 %, 100/s, 1 % canary", GOOD_RATE, 100, 0.01),
  alike("0.1 %, 100/s, 10 % canary", GOOD_RATE, 100, 0.1),
  alike("0.1 %, 100/s, 50 % canary", GOOD_RATE, 100, 0.5),
  alike("1 %, 100/s, 10 % canary", 0.01, 100, 0.1),
  alike("1 %, 100/s, 50 % canary", 0.01, 100, 0.5),
  {
    ...alike("0.1 % in blue, 1.1 % in green, 10/s, 10 % canary", GOOD_RATE, 10, 0.1),
    greenRate: () => GOOD_RATE + 0.01,
  },
  {
    ...alike("1 % in blue, 2 % in green, 10/s, 50 % canary", 0.01, 10, 0.5),
    greenRate: () => 0.02,
  },
];

function alike(name: string, rate: number, requestsPerSecond: number, canary: number): Scenario {
  return { name, requestsPerSecond, share: () => canary, ...bothAt(() => rate) };
}

function bothAt(rate: (second: number) => number): Pick<Scenario, "blueRate" | "greenRate"> {
  return { blueRate: rate, greenRate: rate };
}
