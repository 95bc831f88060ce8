import { setMaxListeners } from "node:events";
import { LoadClient, type ClientOptions, type LoadTls } from "./client.ts";
import { now } from "./clock.ts";
import type { Answer, Failure, Kind } from "./outcome.ts";
import { Pacer, pause } from "./pacer.ts";
import { LoadReport, type Counts, type Mark } from "./report.ts";
import { RequestLog } from "./requestLog.ts";

const LISTED_FAILURES = 200;
const EXPIRE_EVERY_MS = 25;

export interface LoadOptions {
  /** The URL to request, http or https. */
  readonly url: string;
  /** Workers that each send one request after the other on a kept connection. Default 0. */
  readonly keepAlive?: number;
  /** Workers that open a TCP connection for each request. Default 0. */
  readonly newConnection?: number;
  /** Workers that request `/slow?seconds=` on the same server, to keep requests in flight. Default 0. */
  readonly slow?: number;
  /** How long a slow request takes. Default 3. */
  readonly slowSeconds?: number;
  /** Upper limit for all workers together. Default: as fast as the answers arrive. */
  readonly ratePerSecond?: number;
  /** A request without a complete answer after this time has failed. Default 10,000. */
  readonly timeoutMs?: number;
  /** The answer's header that names the color. Default `x-color`. */
  readonly colorHeader?: string;
  /** For https: authorities to trust instead of the system's, and the server name. */
  readonly tls?: LoadTls;
  /** Sent with every request, for example `x-canary`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether a status is a success. Default: only 200. */
  readonly isExpected?: (status: number) => boolean;
  /** A worker's pause after a failure, to avoid flooding a refusing server. Default 10. */
  readonly pauseAfterFailureMs?: number;
}

/** Cheap enough for a live line many times a second. */
export interface Snapshot {
  /** Requests begun. */
  readonly sent: number;
  /** Requests that ended with a success. */
  readonly done: number;
  readonly failed: number;
  /** The color of the latest answer. */
  readonly color?: string;
  readonly byColor: Counts;
}

/** Starts sending immediately. Never retries: each request is recorded as it ended. */
export function startLoad(options: LoadOptions): Load {
  return new Load(options);
}

export class Load {
  readonly #log = new RequestLog();
  readonly #failures: Failure[] = [];
  readonly #marks: Mark[] = [];
  readonly #byColor: Record<string, number> = {};
  readonly #startedAt = now();
  readonly #stopping = new AbortController();
  readonly #pacer: Pacer | undefined;
  readonly #pauseMs: number;
  readonly #clients: LoadClient[] = [];
  readonly #workers: Promise<void>[] = [];
  readonly #expiry: NodeJS.Timeout;
  #sent = 0;
  #failed = 0;
  #color: string | undefined;

  constructor(options: LoadOptions) {
    const { ratePerSecond } = options;
    // Every worker that pauses listens.
    setMaxListeners(0, this.#stopping.signal);
    this.#pacer = ratePerSecond ? new Pacer(ratePerSecond, this.#stopping.signal) : undefined;
    this.#pauseMs = options.pauseAfterFailureMs ?? 10;
    this.#startWorkers("keepAlive", options.keepAlive ?? 0, options);
    this.#startWorkers("newConnection", options.newConnection ?? 0, options);
    this.#startWorkers("slow", options.slow ?? 0, options);
    this.#expiry = setInterval(() => this.#expire(), EXPIRE_EVERY_MS);
  }

  snapshot(): Snapshot {
    return {
      sent: this.#sent,
      done: this.#log.length - this.#failed,
      failed: this.#failed,
      ...(this.#color !== undefined && { color: this.#color }),
      byColor: { ...this.#byColor },
    };
  }

  /** Records the time of a caller's event; the report lists it. */
  mark(name: string): Mark {
    const mark = { name, at: now() };
    this.#marks.push(mark);
    return mark;
  }

  /** The report so far (`endedAt` is now) of a running load. The view is live: read it and discard it. */
  report(endedAt = now()): LoadReport {
    return new LoadReport({
      log: this.#log,
      failures: this.#failures,
      marks: this.#marks,
      startedAt: this.#startedAt,
      endedAt,
    });
  }

  /** Sends no more requests, waits for those in flight (at most `timeoutMs`), and reports. */
  async stop(): Promise<LoadReport> {
    this.#stopping.abort();
    // The run ends here: time with only slow requests in flight is not a gap.
    const endedAt = now();
    await Promise.all(this.#workers);
    clearInterval(this.#expiry);
    return this.report(endedAt);
  }

  #startWorkers(kind: Kind, count: number, options: LoadOptions): void {
    for (let i = 0; i < count; i++) {
      const client = new LoadClient(clientOptions(kind, options));
      this.#clients.push(client);
      this.#workers.push(this.#work(kind, client));
    }
  }

  async #work(kind: Kind, client: LoadClient): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      if (this.#pacer) {
        await this.#pacer.turn();
        if (signal.aborted) break;
      }
      this.#sent++;
      const startedAt = now();
      const answer = await client.ask();
      this.#record(kind, startedAt, now(), answer);
      if (answer.reason !== undefined) await pause(this.#pauseMs, signal);
    }
    await client.close();
  }

  #record(kind: Kind, startedAt: number, endedAt: number, answer: Answer): void {
    this.#log.append(kind, startedAt, endedAt, answer);
    if (answer.color !== undefined) {
      this.#color = answer.color;
      this.#byColor[answer.color] = (this.#byColor[answer.color] ?? 0) + 1;
    }
    const { reason } = answer;
    if (reason === undefined) return;
    this.#failed++;
    if (this.#failures.length < LISTED_FAILURES) {
      this.#failures.push({ ...answer, reason, kind, startedAt, endedAt });
    }
  }

  #expire(): void {
    const time = now();
    for (const client of this.#clients) client.expire(time);
  }
}

function clientOptions(kind: Kind, options: LoadOptions): ClientOptions {
  const url = new URL(options.url);
  const slowPath = `/slow?seconds=${options.slowSeconds ?? 3}`;
  return {
    origin: url.origin,
    path: kind === "slow" ? slowPath : url.pathname + url.search,
    headers: options.headers ?? {},
    colorHeader: (options.colorHeader ?? "x-color").toLowerCase(),
    isExpected: options.isExpected ?? ((status) => status === 200),
    timeoutMs: options.timeoutMs ?? 10_000,
    ...(options.tls && { tls: options.tls }),
    reusesConnection: kind !== "newConnection",
  };
}
