import { duration } from "../lib/duration.mjs";
import type { Screen } from "../release/output/screen.ts";

const INDENT = "   ";
/** Shorter work needs no progress display. */
const QUIET_MS = 2000;

/** Prints the demo's story: numbered headings, commands, and results. */
export class Steps {
  readonly #screen: Screen;
  #count = 0;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  /** One step of the demo with its elapsed time; `work` returns the result. */
  async step(title: string, work: () => Promise<string>): Promise<void> {
    const paint = this.#screen.paint.bind(this.#screen);
    const start = performance.now();
    this.#count++;
    this.#screen.print();
    this.#screen.print(paint(`${this.#count}. ${title}`, "bold"));
    const result = await work();
    const time = paint(`(${duration(performance.now() - start)})`, "dim");
    this.#screen.print(`${INDENT}${paint("ok", "green")}  ${result} ${time}`);
  }

  /** Prints a command before it runs, as the user could type it. */
  command(words: readonly string[]): void {
    this.commandLine(words.map(quote).join(" "));
  }

  /** The same for a complete shell line. */
  commandLine(line: string): void {
    this.#screen.print(`${INDENT}${this.#screen.paint(`$ ${line}`, "cyan")}`);
  }

  /** A heading above several steps. */
  chapter(title: string): void {
    this.#screen.print(`\n\n${this.#screen.paint(`== ${title} ==`, "bold")}`);
  }

  /** Explains, or passes on a line of a command. */
  say(text: string): void {
    for (const line of text.split("\n")) this.#screen.print(`${INDENT}${line}`);
  }

  /** Shows that a silent command is still running. */
  async during<T>(work: Promise<T>): Promise<T> {
    const start = performance.now();
    const timer = setInterval(() => {
      const elapsed = performance.now() - start;
      if (elapsed < QUIET_MS || process.stdout.isTTY !== true) return;
      this.#screen.live(this.#screen.paint(`${INDENT}... ${duration(elapsed)}`, "dim"));
    }, 500);
    try {
      return await work;
    } finally {
      clearInterval(timer);
      this.#screen.clearLive();
    }
  }
}

/** Quotes a word if a shell needs it. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
