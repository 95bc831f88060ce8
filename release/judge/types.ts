import type { Color } from "../../lib/color.ts";

/** What one color answered in a period. */
export interface ColorSample {
  readonly requests: number;
  readonly failures: number;
  /** Durations of single requests in seconds; absent if the source does not measure them. A bounded sample is enough. */
  readonly latencies?: readonly number[];
  /** The draws of these requests, one for each duration; absent if the source does not know them. */
  readonly draws?: readonly number[];
}

/** What is no plain success: 5xx, a broken answer or none; 4xx; 3xx other than 304. */
export const ANSWER_KINDS = ["failure", "clientError", "redirect"] as const;
export type AnswerKind = (typeof ANSWER_KINDS)[number];

/** The draw that chose a request's color. Requests with the same draw count as one observation. */
export interface Drawn {
  readonly color: Color;
  readonly draw: number;
  /** The color's share of all draws at that time, 0 to 1. */
  readonly share: number;
}

export interface DrawnAnswer extends Drawn {
  readonly kind: AnswerKind;
}

/** A request that has no answer yet. */
export interface OpenRequest extends Drawn {
  /** For so long. */
  readonly seconds: number;
}

/** What both colors answered in the same period. Times in milliseconds since 1970. */
export interface Measurement {
  readonly from: number;
  readonly to: number;
  readonly colors: Readonly<Record<Color, ColorSample>>;
  /** What ended in the period and was no plain success; absent if the source does not know draws. */
  readonly answers?: readonly DrawnAnswer[];
  /** What waits at its end; absent if the source does not see it. */
  readonly open?: readonly OpenRequest[];
  /** Why the counts may be no counts; there is no PASS on them. */
  readonly blind?: string;
}

/** Totals of a color from before a release. */
export type ColorRecord = Pick<ColorSample, "requests" | "failures">;

/** Where measurements come from, about once a second. A failed measurement is an error, never zero requests. */
export interface Source {
  readonly name: "edge" | "prometheus" | "probe";
  /** What was answered since the last measurement that did not fail. */
  measure(signal: AbortSignal): Promise<Measurement>;
  /** What the colors had answered before the first measurement, if the source knows it. */
  readonly record?: Readonly<Record<Color, ColorRecord>>;
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
