import { type Color, COLORS } from "../../lib/color.ts";
import type { ColorSample, Measurement, Source } from "../judge/types.ts";
import { instantQuery, type Series } from "./prometheusApi.ts";

/** Queries in which `{{color}}` stands for the color. All are counters: totals that only grow. */
export interface PrometheusOptions {
  /** Such as `http://prometheus:9090`. */
  readonly url: string;
  /** All requests: `sum(http_requests_total{color="{{color}}"})`. */
  readonly requests: string;
  /** Those that failed: `sum(http_requests_total{color="{{color}}",code=~"5.."})`. */
  readonly errors: string;
  /** Buckets: `sum by (le) (http_request_duration_seconds_bucket{color="{{color}}"})`. */
  readonly latency?: string;
}

interface Totals {
  readonly requests: number;
  /** Undefined as long as the query gives no series. */
  readonly errors: number | undefined;
  readonly buckets: Buckets;
}

type TotalsByColor = Readonly<Record<Color, Totals>>;

/**
 * Measures by counters that Prometheus has collected. What it has not scraped yet is in a later
 * measurement.
 *
 * @throws Error if a query fails, naming it.
 */
export async function openPrometheusSource(options: PrometheusOptions): Promise<Source> {
  const source = new PrometheusSource(options);
  await source.begin();
  return source;
}

/** Why a color that has traffic can't be counted; empty if it can. */
export async function prometheusProblem(options: PrometheusOptions, color: Color): Promise<string> {
  const never = new AbortController().signal;
  const time = Date.now() / 1000;
  try {
    const { errors, buckets } = await totalsOf(options, color, time, never);
    if (errors === undefined) return missingSeries("errors", color);
    if (options.latency !== undefined && buckets.size === 0) return missingSeries("latency", color);
    return await unknownSelector(options, color, time, never);
  } catch (error) {
    return (error as Error).message;
  }
}

/** With `or vector(0)` a misspelt query gives zero errors for ever; its metrics and labels have to exist. */
async function unknownSelector(
  { url, errors }: PrometheusOptions,
  color: Color,
  time: number,
  signal: AbortSignal,
): Promise<string> {
  for (const { metric, labels } of selectorsIn(errors.replaceAll("{{color}}", color))) {
    const needed = [metric, ...labels.map((label) => `${metric}{${label}!=""}`)];
    for (const query of needed) {
      const series = await instantQuery(url, `count(${query})`, time, signal);
      if (series.length > 0) continue;
      return (
        `release.prometheus.errors: there is no series ${query}. Correct the query, or let the app ` +
        "begin its counters at 0"
      );
    }
  }
  return "";
}

/** The metrics in a query, with the labels that have to have a value. */
export function selectorsIn(query: string) {
  return [...query.matchAll(/([a-zA-Z_:][\w:]*)\s*\{((?:"(?:\\.|[^"])*"|[^}"])*)\}/g)].map(
    ([, metric = "", matchers = ""]) => ({
      metric,
      labels: [...matchers.matchAll(/([a-zA-Z_]\w*)\s*=~?\s*"/g)].map(([, label = ""]) => label),
    }),
  );
}

function missingSeries(key: "errors" | "latency", color: Color): string {
  const more =
    key === "errors" ? " If it is right, and there was no error yet, append: or vector(0)" : "";
  return `release.prometheus.${key} gave no value for ${color}. Correct the query.${more}`;
}

class PrometheusSource implements Source {
  readonly name = "prometheus";
  readonly #options: PrometheusOptions;
  #totals: TotalsByColor | undefined;
  #at = 0;
  readonly #counted = new Set<Color>();

  constructor(options: PrometheusOptions) {
    this.#options = options;
  }

  async begin(): Promise<void> {
    await this.measure(new AbortController().signal);
  }

  async measure(signal: AbortSignal): Promise<Measurement> {
    const to = Date.now();
    const [blue, green] = await Promise.all(
      COLORS.map((color) => totalsOf(this.#options, color, to / 1000, signal)),
    );
    const totals = { blue: blue!, green: green! };
    const before = this.#totals ?? totals;
    const from = this.#at;
    this.#totals = totals;
    this.#at = to;
    // A series that was there may go: a new process begins without it.
    for (const color of COLORS) if (totals[color].errors !== undefined) this.#counted.add(color);
    const blind = COLORS.find((color) => !this.#counted.has(color));
    return {
      from,
      to,
      colors: {
        blue: sampleBetween(before.blue, totals.blue),
        green: sampleBetween(before.green, totals.green),
      },
      ...(blind !== undefined && { blind: missingSeries("errors", blind) }),
    };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

async function totalsOf(
  { url, requests, errors, latency }: PrometheusOptions,
  color: Color,
  time: number,
  signal: AbortSignal,
): Promise<Totals> {
  const ask = (query: string) =>
    instantQuery(url, query.replaceAll("{{color}}", color), time, signal);
  const [all, failed, buckets] = await Promise.all([
    ask(requests),
    ask(errors),
    latency === undefined ? [] : ask(latency),
  ]);
  return {
    requests: singleValue(all, "requests", color),
    // A counter of errors often does not exist before the first error; nor does one that is misspelt.
    errors: failed.length === 0 ? undefined : singleValue(failed, "errors", color),
    buckets: bucketsOf(buckets),
  };
}

function singleValue(series: readonly Series[], key: string, color: Color): number {
  const [first, ...others] = series;
  if (!first) {
    throw new Error(
      `release.prometheus.${key} gave no value for ${color}. Correct the query. If that color may have ` +
        `had no request yet, append: or vector(0)`,
    );
  }
  if (others.length > 0 || Number.isNaN(first.value)) {
    throw new Error(
      `release.prometheus.${key} must give one number for ${color}, got ${series.length} series, the ` +
        `first of them ${first.value}. Put sum(…) around it.`,
    );
  }
  return first.value;
}

/** A total that falls is that of a restarted process, whose earlier counts are unknown. */
function sampleBetween(earlier: Totals, later: Totals): ColorSample {
  const requests = Math.max(0, later.requests - earlier.requests);
  const failures = Math.min(requests, Math.max(0, (later.errors ?? 0) - (earlier.errors ?? 0)));
  const latencies = timesBetween(earlier.buckets, later.buckets);
  return {
    requests: Math.round(requests),
    failures: Math.round(failures),
    ...(later.buckets.size > 0 && { latencies }),
  };
}

/** A histogram of Prometheus: upper end in seconds (`le`) to the number of requests that took no longer. */
export type Buckets = ReadonlyMap<number, number>;

/** The most durations in one measurement. More would not improve a verdict. */
const MAX_TIMES = 500;

export function bucketsOf(series: readonly Series[]): Buckets {
  const ends = series.map(({ labels, value }): [number, number] => {
    const end = labels["le"] === "+Inf" ? Infinity : Number(labels["le"]);
    if (Number.isNaN(end) || Number.isNaN(value)) {
      throw new Error(
        `release.prometheus.latency must give a histogram's buckets, with a label le, got the labels ` +
          `${JSON.stringify(labels)}. For example: sum by (le) (NAME_bucket{color="{{color}}"})`,
      );
    }
    return [end, value];
  });
  return new Map(ends.sort(([a], [b]) => a - b));
}

/**
 * The durations that were added in between, each as its bucket's upper end, and beyond the last end as
 * twice that. Both colors are rounded alike; a difference within one bucket is invisible.
 */
export function timesBetween(earlier: Buckets, later: Buckets): number[] {
  const counts = [...later].map(([end, total]) => Math.max(0, total - (earlier.get(end) ?? 0)));
  const ends = [...later.keys()];
  const own = counts.map((count, at) => Math.max(0, count - (counts[at - 1] ?? 0)));
  const all = own.reduce((sum, count) => sum + count, 0);
  const share = Math.min(1, MAX_TIMES / all);
  const last = ends.findLast(Number.isFinite) ?? NaN;
  return own.flatMap((count, at) => {
    const end = ends[at]!;
    const time = Number.isFinite(end) ? end : 2 * last;
    return Array.from({ length: Math.round(count * share) }, () => time);
  });
}
