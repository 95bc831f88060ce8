import { once } from "node:events";
import type { Color } from "../../lib/color.ts";
import type { ColorSample, Measurement, Source } from "../judge/types.ts";
import {
  type Counted,
  countedBetween,
  COUNTERS_SCRIPT,
  type EdgeCounters,
  parseCounters,
} from "./haproxyCounters.ts";

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
 * Measures by the edges' own counters: all requests of all users, at no cost to them, without durations.
 * Several edges with one route are added up; if one does not answer, the measurement fails and the next
 * one includes its period.
 *
 * @throws Error if an edge does not answer.
 */
export async function openEdgeSource(edges: readonly CountingEdge[]): Promise<Source> {
  const source = new EdgeSource(edges);
  await source.begin();
  return source;
}

class EdgeSource implements Source {
  readonly name = "edge";
  readonly #edges: readonly CountingEdge[];
  #counters: readonly EdgeCounters[] = [];
  #at = 0;

  constructor(edges: readonly CountingEdge[]) {
    this.#edges = edges;
  }

  async begin(): Promise<void> {
    this.#counters = await this.#countersOfAll(new AbortController().signal);
    this.#at = Date.now();
  }

  async measure(signal: AbortSignal): Promise<Measurement> {
    const counters = await this.#countersOfAll(signal);
    const counted = counters.map((now, edge) => countedBetween(this.#counters[edge]!, now));
    const from = this.#at;
    this.#counters = counters;
    this.#at = Date.now();
    return {
      from,
      to: this.#at,
      colors: { blue: sum(counted, "blue"), green: sum(counted, "green") },
    };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #countersOfAll(signal: AbortSignal): Promise<EdgeCounters[]> {
    const results = await Promise.allSettled(this.#edges.map((edge) => countersOf(edge, signal)));
    const problems = results.flatMap((result) =>
      result.status === "rejected" ? [(result.reason as Error).message] : [],
    );
    if (problems.length > 0) throw new Error(problems.join("\n"));
    return results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  }
}

async function countersOf({ name, run }: CountingEdge, signal: AbortSignal): Promise<EdgeCounters> {
  try {
    return parseCounters(await withDeadline(run(COUNTERS_SCRIPT), DEADLINE_MS, signal));
  } catch (error) {
    throw new Error(`The counters of ${name} can't be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function sum(counted: readonly Readonly<Record<Color, Counted>>[], color: Color): ColorSample {
  return counted.reduce(
    (all, { [color]: one }) => ({
      requests: all.requests + one.requests,
      failures: all.failures + one.failures,
    }),
    { requests: 0, failures: 0 },
  );
}

/** Rejects after a time or a signal. The work itself continues and must end on its own. */
async function withDeadline<T>(work: Promise<T>, ms: number, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const deadline = AbortSignal.timeout(ms);
  const ended = once(AbortSignal.any([signal, deadline]), "abort").then(() => {
    throw deadline.aborted ? new Error(`no answer within ${ms / 1000} seconds`) : signal.reason;
  });
  return Promise.race([work, ended]);
}
