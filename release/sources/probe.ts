import { type Color, isColor } from "../../lib/color.ts";
import { LoadClient } from "../../load/client.ts";
import { now } from "../../load/clock.ts";
import type { Answer } from "../../load/outcome.ts";
import { Pacer } from "../../load/pacer.ts";
import type { ColorSample, Measurement, Source } from "../judge/types.ts";
import { Stretch } from "./stretch.ts";

/** A URL to request, and the color that is expected there. */
export interface ProbeTarget {
  /** Including the path: `https://example.com/health`. */
  readonly url: string;
  /** For example the tester's header. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether users get this; only such requests count for stretches. */
  readonly isPublic: boolean;
  /**
   * The color that counts a request whose answer names none. Undefined if unknown; such a request makes
   * the measurement fail, since it can't be counted.
   */
  readonly expected: () => Color | undefined;
}

export interface ProbeOptions {
  /** The public URL, and a way to the other color: the preview URL, or the tester's header. */
  readonly targets: readonly ProbeTarget[];
  /** For all targets together. */
  readonly ratePerSecond: number;
  /** `edge.colorHeader`: the answer's header that names its color. */
  readonly colorHeader: string;
  /** A request without a complete answer after this time has failed. Default 10. */
  readonly timeoutSeconds?: number;
}

/** The most durations of a color that are kept between two measurements. */
const MAX_TIMES = 2000;

const EXPIRE_EVERY_MS = 25;

/**
 * Measures by sending requests, for balancers that count nothing, and for durations. Each target gets
 * requests on a reused connection and on new ones in turn; a status from 200 to 399 is a success. A slow
 * request delays only the next one on its kind of connection.
 */
export class Probe implements Source {
  readonly name = "probe";
  readonly #stopping = new AbortController();
  readonly #clients: LoadClient[] = [];
  readonly #workers: Promise<void>[];
  readonly #expiry: NodeJS.Timeout;
  readonly #stretches = new Set<Stretch>();
  readonly #colorHeader: string;
  #samples = noSamples();
  #nameless: { readonly url: string; readonly answer: Answer } | undefined;
  #from = now();

  /** Starts sending requests; `close` ends it. */
  constructor(options: ProbeOptions) {
    this.#colorHeader = options.colorHeader;
    const rate = options.ratePerSecond / options.targets.length / 2;
    this.#workers = options.targets.flatMap((target) =>
      [true, false].map((reusesConnection) => {
        const client = new LoadClient(clientOptions(options, target, reusesConnection));
        this.#clients.push(client);
        return this.#work(target, client, new Pacer(rate, this.#stopping.signal));
      }),
    );
    this.#expiry = setInterval(() => this.#expire(), EXPIRE_EVERY_MS);
  }

  /** The requests that have ended; there is nothing to wait for. */
  measure(): Promise<Measurement> {
    if (this.#stopping.signal.aborted) {
      return Promise.reject(new Error("The probe is closed and sends no more requests."));
    }
    if (this.#nameless) {
      const { url, answer } = this.#nameless;
      this.#nameless = undefined;
      return Promise.reject(new Error(this.#namelessText(url, answer)));
    }
    const measurement = { from: this.#from, to: now(), colors: this.#samples };
    this.#samples = noSamples();
    this.#from = measurement.to;
    return Promise.resolve(measurement);
  }

  /** Counts what users get, from now on. */
  beginStretch(): Stretch {
    const stretch = new Stretch(now(), () => this.#stretches.delete(stretch));
    this.#stretches.add(stretch);
    return stretch;
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#workers);
    clearInterval(this.#expiry);
  }

  async #work(target: ProbeTarget, client: LoadClient, pacer: Pacer): Promise<void> {
    const { signal } = this.#stopping;
    for (;;) {
      await pacer.turn();
      if (signal.aborted) break;
      const expected = target.expected();
      const begun = now();
      const answer = await client.ask();
      this.#count(target, expected, answer, now() - begun);
    }
    await client.close();
  }

  #count(
    target: ProbeTarget,
    expected: Color | undefined,
    answer: Answer,
    milliseconds: number,
  ): void {
    const hasFailed = answer.reason !== undefined;
    if (target.isPublic) {
      for (const stretch of this.#stretches) stretch.add(now(), hasFailed);
    }
    const named = answer.color ?? "";
    const color = isColor(named) ? named : expected;
    if (color === undefined) {
      this.#nameless = { url: target.url, answer };
      return;
    }
    const sample = this.#samples[color];
    sample.requests += 1;
    if (hasFailed) sample.failures += 1;
    // The duration of a failure says nothing about answers; the failure itself is counted.
    else if (sample.latencies.length < MAX_TIMES) sample.latencies.push(milliseconds / 1000);
  }

  #namelessText(url: string, { status, error }: Answer): string {
    return (
      `${url} named no color in the header ${this.#colorHeader} (edge.colorHeader): ` +
      `${error ?? `status ${status}`}`
    );
  }

  #expire(): void {
    const time = now();
    for (const client of this.#clients) client.expire(time);
  }
}

interface OpenSample extends ColorSample {
  requests: number;
  failures: number;
  readonly latencies: number[];
}

function noSamples(): Record<Color, OpenSample> {
  const nothing = (): OpenSample => ({ requests: 0, failures: 0, latencies: [] });
  return { blue: nothing(), green: nothing() };
}

function clientOptions(
  { colorHeader, timeoutSeconds = 10 }: ProbeOptions,
  { url, headers = {} }: ProbeTarget,
  reusesConnection: boolean,
) {
  const { origin, pathname, search } = new URL(url);
  return {
    origin,
    path: pathname + search,
    headers,
    colorHeader: colorHeader.toLowerCase(),
    isExpected: (status: number) => status >= 200 && status < 400,
    timeoutMs: timeoutSeconds * 1000,
    reusesConnection,
  };
}
