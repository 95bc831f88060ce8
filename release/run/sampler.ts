import type { ColorSample, Judge, Source, Verdict } from "../judge/types.ts";
import type { LiveWatch } from "./liveWatch.ts";
import type { Judging, ReleaseContext } from "./releaseContext.ts";

/** Report one in this many consecutive failures of a source. */
const WARN_EVERY = 10;

/** Feeds measurements to the judge, and counts the requests that the new color has answered. */
export class Sampler {
  readonly #context: ReleaseContext;
  readonly #source: Source;
  readonly #judge: Judge;
  readonly #live: LiveWatch | undefined;
  #requests = 0;
  #failures = 0;
  #errorsInRow = 0;

  constructor(context: ReleaseContext, source: Source, judge: Judge, live?: LiveWatch) {
    this.#context = context;
    this.#source = source;
    this.#judge = judge;
    this.#live = live;
  }

  /** Answered by the new color since the first sample, including failures. */
  get requests(): number {
    return this.#requests;
  }

  /** A source that fails leaves the verdict as it is, and is reported. */
  async sample(): Promise<Verdict> {
    const { journal, report, signal } = this.#context;
    const { to } = journal.current.plan;
    try {
      const measured = await this.#source.measure(signal);
      const { requests, failures } = measured.colors[to];
      this.#judge.add(measured);
      this.#live?.add(measured);
      this.#requests += requests;
      this.#failures += failures;
      this.#errorsInRow = 0;
    } catch (error) {
      if (this.#errorsInRow % WARN_EVERY === 0) {
        report({ event: "warning", text: `No measurement to judge: ${(error as Error).message}` });
      }
      this.#errorsInRow++;
    }
    return this.#judge.verdict();
  }

  /** Adds the counts to the journal. */
  async saveCounts(): Promise<void> {
    await addToJournal(this.#context, { requests: this.#requests, failures: this.#failures });
  }
}

/** Counts what the new color has answered between the last sample and the return of the traffic. */
export async function saveLastCounts(context: ReleaseContext, { source }: Judging): Promise<void> {
  const { to } = context.journal.current.plan;
  const measured = await source.measure(context.signal).catch(() => undefined);
  if (measured) await addToJournal(context, measured.colors[to]);
}

async function addToJournal(
  { journal }: ReleaseContext,
  { requests, failures }: Pick<ColorSample, "requests" | "failures">,
): Promise<void> {
  const { met = { requests: 0, failures: 0 } } = journal.current;
  await journal.note({
    met: { requests: met.requests + requests, failures: met.failures + failures },
  });
}
