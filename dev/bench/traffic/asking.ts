import { setMaxListeners } from "node:events";
import { LoadClient } from "../../../load/client.ts";
import { now } from "../../../load/clock.ts";
import { type Answer, type Kind, KINDS } from "../../../load/outcome.ts";
import { Pacer, pause } from "../../../load/pacer.ts";
import { RequestLog } from "../../../load/requestLog.ts";
import { monotonic } from "../clock.ts";
import { LONGEST_MS, type TrafficLog } from "./log.ts";

export interface TrafficOptions {
  readonly url: string;
  /** Half of them keep their connection, half open one for each request. */
  readonly workers: number;
  readonly ratePerSecond: number;
  readonly colorHeader: string;
}

const EXPIRE_EVERY_MS = 25;
const LISTED_FAILURES = 5;
const PAUSE_AFTER_FAILURE_MS = 10;

/** Asks until it is stopped, with the load generator's client; keeps every request for questions. */
export class Asking {
  readonly #log = new RequestLog();
  readonly #failures: string[] = [];
  readonly #stopping = new AbortController();
  readonly #pacer: Pacer;
  readonly #clients: LoadClient[] = [];
  readonly #workers: Promise<void>[] = [];
  readonly #expiry: NodeJS.Timeout;

  constructor(options: TrafficOptions) {
    // Every worker that waits listens.
    setMaxListeners(0, this.#stopping.signal);
    this.#pacer = new Pacer(options.ratePerSecond, this.#stopping.signal);
    for (let worker = 0; worker < options.workers; worker++) {
      const kind = worker % 2 === 0 ? "keepAlive" : "newConnection";
      const client = clientFor(kind, options);
      this.#clients.push(client);
      this.#workers.push(this.#work(kind, client));
    }
    this.#expiry = setInterval(() => {
      for (const client of this.#clients) client.expire(now());
    }, EXPIRE_EVERY_MS);
  }

  async stop(): Promise<TrafficLog> {
    this.#stopping.abort();
    await Promise.all(this.#workers);
    clearInterval(this.#expiry);
    return logOf(this.#log, this.#failures);
  }

  async #work(kind: Kind, client: LoadClient): Promise<void> {
    const { signal } = this.#stopping;
    for (;;) {
      await this.#pacer.turn();
      if (signal.aborted) break;
      const startedAt = now();
      const answer = await client.ask();
      this.#log.append(kind, startedAt, now(), answer);
      if (answer.reason !== undefined) await this.#failed(kind, answer);
    }
    await client.close();
  }

  async #failed(kind: Kind, { reason, status, error }: Answer): Promise<void> {
    if (this.#failures.length < LISTED_FAILURES) {
      const words = [reason, status, error].filter((word) => word !== undefined);
      this.#failures.push(`${kind}: ${words.join(" ")}`);
    }
    await pause(PAUSE_AFTER_FAILURE_MS, this.#stopping.signal);
  }
}

function clientFor(kind: Kind, { url, colorHeader }: TrafficOptions): LoadClient {
  const { origin, pathname } = new URL(url);
  return new LoadClient({
    origin,
    path: pathname,
    headers: {},
    colorHeader,
    isExpected: (status) => status === 200,
    timeoutMs: LONGEST_MS,
    reusesConnection: kind === "keepAlive",
  });
}

function logOf(log: RequestLog, failures: readonly string[]): TrafficLog {
  const { length } = log;
  const colors: string[] = [];
  for (let place = 0; place < length; place++) {
    const color = log.colorAt(place);
    if (color !== undefined && !colors.includes(color)) colors.push(color);
  }
  // The load generator's clock began with its process; both run at the same speed.
  const offset = now() - monotonic();
  return {
    startedAt: log.startedAt.slice(0, length).map((time) => time - offset),
    endedAt: log.endedAt.slice(0, length).map((time) => time - offset),
    outcome: log.outcome.slice(0, length),
    color: log.color.slice(0, length),
    isNewConnection: log.kind
      .slice(0, length)
      .map((kind) => (KINDS[kind] === "newConnection" ? 1 : 0)),
    colors,
    failures,
  };
}
