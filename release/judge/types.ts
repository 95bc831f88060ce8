import type { Color } from "../../lib/color.ts";

/** What one color answered in a period. */
export interface ColorSample {
  readonly requests: number;
  readonly failures: number;
  /** Durations of single requests in seconds; absent if the source does not measure them. A bounded sample is enough. */
  readonly latencies?: readonly number[];
}

/** What both colors answered in the same period. Times in milliseconds since 1970. */
export interface Measurement {
  readonly from: number;
  readonly to: number;
  readonly colors: Readonly<Record<Color, ColorSample>>;
}

/** Where measurements come from, about once a second. A failed measurement is an error, never zero requests. */
export interface Source {
  readonly name: "edge" | "prometheus" | "probe";
  /** What was answered since the last measurement that did not fail. */
  measure(signal: AbortSignal): Promise<Measurement>;
  close(): Promise<void>;
}

export interface Verdict {
  readonly outcome: "PASS" | "FAIL" | "INSUFFICIENT";
  /** One line for people, with the numbers: requests, failures, bound. */
  readonly reason: string;
  readonly numbers: Readonly<Record<string, number>>;
}

/** Judges one color against the other. */
export interface Judge {
  add(measurement: Measurement): void;
  /** May be called at any time and any number of times. */
  verdict(): Verdict;
}
