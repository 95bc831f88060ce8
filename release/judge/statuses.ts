import type { Color } from "../../lib/color.ts";
import { Blocks, NOTHING, plus, type Tally } from "./blocks.ts";
import { Comparison, MORE_OFTEN } from "./comparison.ts";
import { FailingDraws } from "./draws.ts";
import type { AnswerKind, DrawnAnswer } from "./types.ts";
import { ofAll } from "./verdict.ts";

/** When it takes all traffic, a candidate may answer so twice as often as the other color did before. */
const TIME_MAY_DIFFER = 2;

/** Statuses that are no failure in themselves, but a fault if a new version gives them more often. */
export const STATUSES = [
  { name: "4xx", kind: "clientError", text: "answers with a 4xx status" },
  { name: "3xx", kind: "redirect", text: "answers with a redirect" },
] as const satisfies readonly {
  readonly name: string;
  readonly kind: AnswerKind;
  readonly text: string;
}[];
type Status = (typeof STATUSES)[number];
export type StatusClass = Status["name"];

/** Whether the candidate answers with such a status more often than the other color in the same seconds. */
export class StatusComparison {
  readonly comparison: Comparison;
  readonly #status: Status;
  readonly #candidate: Color;
  readonly #draws: FailingDraws;
  readonly #blocks = new Blocks();
  #mine = NOTHING;
  #theirs = NOTHING;

  constructor(status: Status, candidate: Color, level: number) {
    this.#status = status;
    this.#candidate = candidate;
    this.#draws = new FailingDraws(candidate);
    this.comparison = new Comparison({
      level,
      oddsRatios: MORE_OFTEN,
      timeMayDiffer: TIME_MAY_DIFFER,
    });
  }

  get name(): StatusClass {
    return this.#status.name;
  }

  get text(): string {
    return this.#status.text;
  }

  add(candidate: Tally, other: Tally, answers: readonly DrawnAnswer[]): void {
    const such = answers.filter(({ kind }) => kind === this.#status.kind);
    const mine = such.filter(({ color }) => color === this.#candidate).length;
    const counts = {
      candidate: counted(candidate, mine),
      other: counted(other, such.length - mine),
    };
    this.#mine = plus(this.#mine, counts.candidate);
    this.#theirs = plus(this.#theirs, counts.other);
    const grouped = this.#draws.take(counts, such);
    const block = this.#blocks.add(grouped.candidate, grouped.other, grouped.firsts);
    if (block) this.comparison.add(block);
  }

  /** `green 50 of 100 (50 %), blue 0 of 900` */
  counts(names: Readonly<Record<"candidate" | "other", Color>>): string {
    return `${names.candidate} ${ofAll(this.#mine)}, ${names.other} ${ofAll(this.#theirs)}`;
  }
}

/** Counters and lists are not read at the same moment. */
function counted({ requests }: Tally, such: number): Tally {
  return { requests, failures: Math.min(requests, such) };
}
