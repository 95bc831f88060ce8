import { type JudgeOptions, ReleaseJudge } from "../../release/judge/judge.ts";
import type { ColorSample, Measurement } from "../../release/judge/types.ts";

export const OPTIONS: JudgeOptions = {
  candidate: "green",
  confidence: 95,
  maxErrorRate: 5,
  maxLatencyRatio: 2,
  minRequests: 500,
};

export function second(green: ColorSample, blue: ColorSample): Measurement {
  return { from: 0, to: 1000, colors: { green, blue } };
}

export function sample(requests: number, failures = 0, latencies?: readonly number[]): ColorSample {
  return { requests, failures, ...(latencies && { latencies }) };
}

/** Times around a median, from a generator with a fixed seed. */
export function timesAround(median: number, count: number, seed: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (state * 48271) % 2147483647;
    return median * (0.5 + state / 2147483647);
  });
}

export function judgeAfter(
  seconds: number,
  measure: (second: number) => Measurement,
  options = OPTIONS,
) {
  const judge = new ReleaseJudge(options);
  for (let at = 0; at < seconds; at++) judge.add(measure(at));
  return judge;
}
