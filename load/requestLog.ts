import { KINDS, REASONS, type Answer, type Kind } from "./outcome.ts";

const FIRST_CAPACITY = 1 << 16;
/** Color 255 collects all colors after the first 254. */
const NO_COLOR = 0;
const OTHER_COLOR = 255;

/**
 * Every request of a run in 19 bytes, in the order in which they ended: two million take about
 * 38 MB, and up to twice that while the arrays grow.
 */
export class RequestLog {
  length = 0;
  startedAt = new Float64Array(FIRST_CAPACITY);
  endedAt = new Float64Array(FIRST_CAPACITY);
  /** 0 for success, else the reason's place in REASONS plus one. */
  outcome = new Uint8Array(FIRST_CAPACITY);
  /** 0 for none, else see colorAt. */
  color = new Uint8Array(FIRST_CAPACITY);
  /** The place in KINDS. */
  kind = new Uint8Array(FIRST_CAPACITY);

  readonly #colors: string[] = [];
  readonly #colorIndex = new Map<string, number>();

  append(kind: Kind, startedAt: number, endedAt: number, answer: Answer): void {
    if (this.length === this.startedAt.length) this.#grow();
    const i = this.length++;
    this.startedAt[i] = startedAt;
    this.endedAt[i] = endedAt;
    this.outcome[i] = answer.reason === undefined ? 0 : REASONS.indexOf(answer.reason) + 1;
    this.color[i] = this.#indexFor(answer.color);
    this.kind[i] = KINDS.indexOf(kind);
  }

  /** Undefined if the request at this place got no answer, or one without a color. */
  colorAt(place: number): string | undefined {
    const index = this.color[place];
    return index === OTHER_COLOR ? "other" : this.#colors[(index ?? NO_COLOR) - 1];
  }

  /** The color's number in `color`; undefined if no answer named this color. */
  colorIndex(name: string): number | undefined {
    return this.#colorIndex.get(name);
  }

  #indexFor(name: string | undefined): number {
    if (name === undefined) return NO_COLOR;
    const known = this.#colorIndex.get(name);
    if (known !== undefined) return known;
    if (this.#colors.length === OTHER_COLOR - 1) return OTHER_COLOR;
    const index = this.#colors.push(name);
    this.#colorIndex.set(name, index);
    return index;
  }

  #grow(): void {
    const capacity = this.startedAt.length * 2;
    this.startedAt = copyInto(new Float64Array(capacity), this.startedAt);
    this.endedAt = copyInto(new Float64Array(capacity), this.endedAt);
    this.outcome = copyInto(new Uint8Array(capacity), this.outcome);
    this.color = copyInto(new Uint8Array(capacity), this.color);
    this.kind = copyInto(new Uint8Array(capacity), this.kind);
  }
}

function copyInto<T extends Float64Array | Uint8Array>(target: T, source: T): T {
  target.set(source);
  return target;
}
