import type { Color } from "../../lib/color.ts";

/** What one color answered within a stretch of time. */
export interface ColorSample {
  readonly requests: number;
  readonly failures: number;
  /** Seconds that single requests took; absent where the source can't tell. A bounded sample is enough. */
  readonly latencies?: readonly number[];
}

/** What both colors answered within the same stretch. Times in milliseconds since 1970. */
export interface Measurement {
  readonly from: number;
  readonly to: number;
  readonly colors: Readonly<Record<Color, ColorSample>>;
}

/** Where measurements come from. Asked about once a second; a failed look is an error, never zero requests. */
export interface Source {
  readonly name: "edge" | "prometheus" | "probe";
  look(signal: AbortSignal): Promise<Measurement>;
  close(): Promise<void>;
}

export type Outcome = "PASS" | "FAIL" | "INSUFFICIENT";

export interface Verdict {
  readonly outcome: Outcome;
  /** One line for people, with its numbers: n, failures, bound. */
  readonly reason: string;
  readonly numbers: Readonly<Record<string, number>>;
}

/** Judges one color against the other. */
export interface Judge {
  add(measurement: Measurement): void;
  /** May be asked at any time, as often as one likes. */
  verdict(): Verdict;
}
