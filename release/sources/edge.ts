import type { Color } from "../../lib/color.ts";
import type { ColorSample, Measurement, Source } from "../judge/types.ts";
import { within } from "./deadline.ts";
import {
  type Counted,
  countedBetween,
  COUNTERS_SCRIPT,
  type EdgeCounters,
  parseCounters,
} from "./haproxyCounters.ts";

/** An edge whose counters are read. */
export interface CountingEdge {
  /** For messages: `edge-1`. */
  readonly name: string;
  /** Runs a POSIX script inside the edge's container and gives what it prints. */
  readonly run: (script: string) => Promise<string>;
}

/** A look normally takes a tenth of a second; over SSH one more. */
const PATIENCE_MS = 8000;

/**
 * Measures by the counters that edges keep anyway: all requests of all users, at no cost to them. Knows
 * no times. Several edges with one route count together; if one does not answer, the look fails and the
 * next one makes up for it.
 *
 * @throws Error where an edge does not answer.
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

  async look(signal: AbortSignal): Promise<Measurement> {
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
    const looks = await Promise.allSettled(this.#edges.map((edge) => countersOf(edge, signal)));
    const problems = looks.flatMap((look) =>
      look.status === "rejected" ? [(look.reason as Error).message] : [],
    );
    if (problems.length > 0) throw new Error(problems.join("\n"));
    return looks.flatMap((look) => (look.status === "fulfilled" ? [look.value] : []));
  }
}

async function countersOf({ name, run }: CountingEdge, signal: AbortSignal): Promise<EdgeCounters> {
  try {
    return parseCounters(await within(PATIENCE_MS, signal, run(COUNTERS_SCRIPT)));
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
