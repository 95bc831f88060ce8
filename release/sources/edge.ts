import { once } from "node:events";
import type { Color } from "../../lib/color.ts";
import type {
  ColorRecord,
  ColorSample,
  DrawnAnswer,
  Measurement,
  OpenRequest,
  Source,
} from "../judge/types.ts";
import {
  type Counted,
  countedBetween,
  type EdgeReading,
  parseReading,
  readingScript,
} from "./haproxyCounters.ts";
import { UnansweredRequests } from "./unanswered.ts";

/** An edge, and how to read its counters. */
export interface CountingEdge {
  /** For messages: `edge-1`. */
  readonly name: string;
  /** Runs a POSIX script inside the edge's container and returns what it prints. */
  readonly run: (script: string) => Promise<string>;
}

/** Reading normally takes a tenth of a second, over SSH a second more. */
const DEADLINE_MS = 8000;

/**
 * Measures by the edges' own counters and their lists of requests: all requests of all users, and how long
 * users waited. Several edges with one route are added up; if one does not answer, the measurement fails
 * and the next one includes its period.
 *
 * @throws Error if an edge does not answer.
 */
export async function openEdgeSource(edges: readonly CountingEdge[]): Promise<Source> {
  const readers = edges.map((edge) => new EdgeReader(edge));
  await readAll(readers, new AbortController().signal);
  return new EdgeSource(readers);
}

/** What an edge did between two readings. */
interface Period {
  readonly counted: Readonly<Record<Color, Counted>>;
  readonly answers?: readonly DrawnAnswer[];
  readonly open?: readonly OpenRequest[];
  readonly times: Readonly<Record<Color, readonly { seconds: number; draw: number }[]>>;
}

class EdgeSource implements Source {
  readonly name = "edge";
  readonly record: Readonly<Record<Color, ColorRecord>>;
  readonly #readers: readonly EdgeReader[];
  #at = Date.now();

  constructor(readers: readonly EdgeReader[]) {
    this.#readers = readers;
    const totals = readers.map((reader) => reader.totals);
    this.record = { blue: sum(totals, "blue"), green: sum(totals, "green") };
  }

  async measure(signal: AbortSignal): Promise<Measurement> {
    await readAll(this.#readers, signal);
    const periods = this.#readers.map((reader) => reader.take());
    const from = this.#at;
    this.#at = Date.now();
    const knowsDraws = periods.every(({ answers }) => answers !== undefined);
    return {
      from,
      to: this.#at,
      colors: { blue: sampleOf(periods, "blue"), green: sampleOf(periods, "green") },
      ...(knowsDraws && {
        answers: periods.flatMap(({ answers = [] }) => answers),
        open: periods.flatMap(({ open = [] }) => open),
      }),
    };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** @throws Error if an edge does not answer; what the others said is kept. */
async function readAll(readers: readonly EdgeReader[], signal: AbortSignal): Promise<void> {
  const results = await Promise.allSettled(readers.map((reader) => reader.read(signal)));
  const problems = results.flatMap((result) =>
    result.status === "rejected" ? [(result.reason as Error).message] : [],
  );
  if (problems.length > 0) throw new Error(problems.join("\n"));
}

/** Reads one edge, and keeps what it did until it is taken. */
class EdgeReader {
  readonly #edge: CountingEdge;
  readonly #unanswered = new UnansweredRequests();
  /** At the last `take`. */
  #earlier: EdgeReading | undefined;
  #latest: EdgeReading | undefined;
  #answers: DrawnAnswer[] = [];
  #open: readonly OpenRequest[] = [];
  #times: Record<Color, { seconds: number; draw: number }[]> = { blue: [], green: [] };

  constructor(edge: CountingEdge) {
    this.#edge = edge;
  }

  /** Since HAProxy has started, at the last `take`. */
  get totals(): Readonly<Record<Color, Counted>> {
    return (this.#earlier as EdgeReading).colors;
  }

  async read(signal: AbortSignal): Promise<void> {
    const { name, run } = this.#edge;
    try {
      const script = readingScript(this.#latest?.requests?.lastLine);
      const reading = parseReading(await withDeadline(() => run(script), DEADLINE_MS, signal));
      const isFirst = this.#latest === undefined;
      this.#latest = reading;
      this.#keep(reading, isFirst);
    } catch (error) {
      throw new Error(`The counters of ${name} can't be read: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }

  take(): Period {
    const latest = this.#latest as EdgeReading;
    const counted = countedBetween(this.#earlier as EdgeReading, latest);
    this.#earlier = latest;
    const period = {
      counted,
      times: this.#times,
      ...(latest.requests && { answers: this.#answers, open: this.#open }),
    };
    this.#answers = [];
    this.#times = { blue: [], green: [] };
    return period;
  }

  #keep(reading: EdgeReading, isFirst: boolean): void {
    if (isFirst) this.#earlier = reading;
    if (!reading.requests) return;
    const { answers, open } = this.#unanswered.add(reading.requests);
    this.#open = open;
    // The ring's lines at the first reading are older than the release.
    if (isFirst) return;
    this.#answers.push(...answers);
    for (const { kind, color, draw, share, seconds } of reading.requests.ended) {
      if (kind) this.#answers.push({ kind, color, draw, share });
      else if (seconds !== undefined) this.#times[color].push({ seconds, draw });
    }
  }
}

function sampleOf(periods: readonly Period[], color: Color): ColorSample {
  const counts = sum(
    periods.map(({ counted }) => counted),
    color,
  );
  if (periods.some(({ answers }) => answers === undefined)) return counts;
  const times = periods.flatMap((period) => period.times[color]);
  return {
    ...counts,
    latencies: times.map(({ seconds }) => seconds),
    draws: times.map(({ draw }) => draw),
  };
}

function sum(counted: readonly Readonly<Record<Color, Counted>>[], color: Color): Counted {
  return counted.reduce(
    (all, { [color]: one }) => ({
      requests: all.requests + one.requests,
      failures: all.failures + one.failures,
    }),
    { requests: 0, failures: 0 },
  );
}

/** Rejects after a time or a signal. The work itself continues and must end on its own. */
async function withDeadline<T>(
  work: () => Promise<T>,
  ms: number,
  signal: AbortSignal,
): Promise<T> {
  signal.throwIfAborted();
  const deadline = AbortSignal.timeout(ms);
  const ended = once(AbortSignal.any([signal, deadline]), "abort").then(() => {
    throw deadline.aborted ? new Error(`no answer within ${ms / 1000} seconds`) : signal.reason;
  });
  return Promise.race([work(), ended]);
}
