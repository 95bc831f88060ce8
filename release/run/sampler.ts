import type { ColorSample, Judge, Source, Verdict } from "../judge/types.ts";
import type { ReleaseContext, Judging } from "./releaseContext.ts";

/** So long may a source be silent before that is told again. */
const SILENT_LOOKS = 10;

/** Takes measurements to the judge, and counts what users met of the new color. */
export class Sampler {
  readonly #context: ReleaseContext;
  readonly #source: Source;
  readonly #judge: Judge;
  #requests = 0;
  #failures = 0;
  #silent = 0;

  constructor(context: ReleaseContext, source: Source, judge: Judge) {
    this.#context = context;
    this.#source = source;
    this.#judge = judge;
  }

  /** That the new color has answered since the first look, well or not. */
  get requests(): number {
    return this.#requests;
  }

  /** A source that does not answer changes no verdict; it is told of. */
  async look(): Promise<Verdict> {
    const { journal, report, signal } = this.#context;
    const { to } = journal.current.plan;
    try {
      const measured = await this.#source.look(signal);
      const { requests, failures } = measured.colors[to];
      this.#judge.add(measured);
      this.#requests += requests;
      this.#failures += failures;
      this.#silent = 0;
    } catch (error) {
      if (this.#silent % SILENT_LOOKS === 0) {
        report({ event: "warning", text: `Nothing to judge by: ${(error as Error).message}` });
      }
      this.#silent++;
    }
    return this.#judge.verdict();
  }

  /** Adds what was counted to the journal. */
  async note(): Promise<void> {
    await addMet(this.#context, { requests: this.#requests, failures: this.#failures });
  }
}

/** Adds what the new color has answered since the last look, once the traffic is back. */
export async function noteLast(context: ReleaseContext, { source }: Judging): Promise<void> {
  const { to } = context.journal.current.plan;
  const measured = await source.look(context.signal).catch(() => undefined);
  if (measured) await addMet(context, measured.colors[to]);
}

async function addMet(
  { journal }: ReleaseContext,
  { requests, failures }: Pick<ColorSample, "requests" | "failures">,
): Promise<void> {
  const { met = { requests: 0, failures: 0 } } = journal.current;
  await journal.change({
    met: { requests: met.requests + requests, failures: met.failures + failures },
  });
}
