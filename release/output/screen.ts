import type { Color } from "../../lib/color.ts";

/** The part of a terminal that is used here. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const CODES = { bold: 1, dim: 2, red: 31, green: 32, blue: 34, cyan: 36 } as const;
export type Style = keyof typeof CODES;

/** How often a pipe gets the live line; a terminal gets every change of it. */
const PLAIN_EVERY_MS = 2000;

/** Prints lines. On a terminal one live line below them changes in place. */
export class Screen {
  readonly #output: Output;
  readonly #isLive: boolean;
  readonly #isColored: boolean;
  readonly #mask: (text: string) => string;
  #line = "";
  #writtenAt = -Infinity;

  /** @param mask Applied to every text. */
  constructor(
    output: Output = process.stdout,
    environment = process.env,
    mask = (text: string) => text,
  ) {
    this.#mask = mask;
    const isTerminal = output.isTTY === true && environment["TERM"] !== "dumb";
    this.#output = output;
    this.#isLive = isTerminal;
    this.#isColored = isTerminal && !environment["NO_COLOR"];
  }

  print(text = ""): void {
    this.#erase();
    this.#output.write(`${this.#mask(text)}\n`);
    if (this.#line) this.#draw();
  }

  /** Replaces the live line. */
  live(text: string, now = performance.now()): void {
    if (this.#isLive) {
      this.#line = this.#mask(text);
      this.#draw();
    } else if (now - this.#writtenAt >= PLAIN_EVERY_MS) {
      this.#writtenAt = now;
      this.#output.write(`${this.#mask(text)}\n`);
    }
  }

  /** Ends the live line; this text stays in its place. */
  endLive(text: string): void {
    this.#erase();
    this.#line = "";
    this.#writtenAt = -Infinity;
    this.#output.write(`${this.#mask(text)}\n`);
  }

  /** Removes the live line. */
  clearLive(): void {
    this.#erase();
    this.#line = "";
  }

  paint(text: string, ...styles: readonly Style[]): string {
    if (!this.#isColored) return text;
    return `${styles.map((style) => `\x1b[${CODES[style]}m`).join("")}${text}\x1b[0m`;
  }

  /** The name of a color, painted in it. */
  color(color: Color): string {
    return this.paint(color, "bold", color);
  }

  #draw(): void {
    // A line that wraps could not be erased. Styles take no space.
    const width = (this.#output.columns ?? 80) - 1;
    // eslint-disable-next-line no-control-regex
    const plain = this.#line.replace(/\x1b\[\d+m/g, "");
    this.#output.write(`\r\x1b[K${plain.length > width ? plain.slice(0, width) : this.#line}`);
  }

  #erase(): void {
    if (this.#line) this.#output.write("\r\x1b[K");
  }
}
