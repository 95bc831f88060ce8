import { duration } from "../../lib/duration.mjs";
import type { Verdict } from "../judge/types.ts";
import type { ReleaseEvent, Report } from "../run/events.ts";
import { describePlan, describeResource } from "./describe.ts";
import type { Output, Screen } from "./screen.ts";

const INDENT = "   ";
const STYLES = { PASS: "green", FAIL: "red", INSUFFICIENT: "dim" } as const;

const TICK_MS = 1000;

/** How often a log gets a line when the verdict does not change. */
const LOG_EVERY_MS = 30_000;

type VerdictEvent = ReleaseEvent & { readonly event: "verdict" };
type BeganEvent = ReleaseEvent & { readonly event: "began" };
type OtherEvent = Exclude<ReleaseEvent, VerdictEvent | BeganEvent>;

/** @param value With `event`. */
export function printJson(value: object, output: Output = process.stdout): void {
  output.write(`${JSON.stringify({ at: new Date().toISOString(), ...value })}\n`);
}

/** Texts for people, as events. */
export function jsonLines(output: Output = process.stdout): Output {
  return {
    write: (text) => {
      if (text.trim() !== "") printJson({ event: "info", text: text.trimEnd() }, output);
    },
  };
}

/** One JSON object a line, each with its time; a verdict only when its outcome has changed. */
export function jsonReport(output: Output = process.stdout): Report {
  const outcomes = new Map<string, string>();
  return (event) => {
    if (event.event === "verdict") {
      if (outcomes.get(event.step) === event.verdict.outcome) return;
      outcomes.set(event.step, event.verdict.outcome);
    }
    printJson(event, output);
  };
}

/** For people: each step with its commands, and a line that changes in place while a step is judged. */
export function textReport(screen: Screen, isTerminal = process.stdout.isTTY): Report {
  const printed: PrintedVerdict = { step: "", at: 0 };
  const progress = new Progress(screen, isTerminal);
  let steps: readonly string[] = [];
  return (event) => {
    progress.note(event);
    if (event.event === "plan") steps = event.plan.steps.map(({ name }) => name);
    if (event.event === "began") printBegan(screen, event, steps);
    else if (event.event === "verdict") printVerdict(screen, event, printed, isTerminal);
    else print(screen, event);
  };
}

function print(screen: Screen, event: OtherEvent): void {
  switch (event.event) {
    case "plan":
      for (const line of describePlan(event.plan)) screen.print(line);
      break;
    case "ended": {
      screen.clearLive();
      const time = screen.paint(`(${duration(event.seconds * 1000)})`, "dim");
      screen.print(`${INDENT}${screen.paint("ok", "green")}  ${event.note} ${time}`);
      break;
    }
    case "command":
      screen.print(`${INDENT}${screen.paint(`$ ${event.command}`, "cyan")}`);
      break;
    case "output":
      // For `pulumi up` the engine's events are shorter.
      if (event.of === "hook") screen.print(`${INDENT}  ${event.line}`);
      break;
    case "resource":
      screen.print(
        `${INDENT}  ${describeResource(event.action, event.name, secondsText(event.seconds))}`,
      );
      break;
    case "info":
      screen.print(`${INDENT}  ${indented(event.text)}`);
      break;
    case "waiting":
    case "warning":
    case "error":
      screen.print(`${INDENT}${screen.paint(event.event, "bold")}  ${indented(event.text)}`);
      break;
    case "going-back":
      screen.clearLive();
      screen.print(`\n${screen.paint("rolling back", "red")}: ${indented(event.reason)}`);
      break;
    case "over":
      screen.clearLive();
      screen.print();
      screen.print(screen.paint(indented(event.text), "bold"));
  }
}

/** @param steps The plan's; empty if it was not reported. */
function printBegan(screen: Screen, { step, title }: BeganEvent, steps: readonly string[]): void {
  const position = steps.indexOf(step);
  const count = position < 0 ? "" : ` (step ${position + 1} of ${steps.length})`;
  screen.print();
  screen.print(screen.paint(`${step}: ${title}`, "bold") + screen.paint(count, "dim"));
}

/** Shows how long the engine has been working, on a terminal. */
class Progress {
  readonly #screen: Screen;
  readonly #isTerminal: boolean;
  #ticking: NodeJS.Timeout | undefined;

  constructor(screen: Screen, isTerminal: boolean) {
    this.#screen = screen;
    this.#isTerminal = isTerminal;
  }

  note(event: ReleaseEvent): void {
    if (event.event === "command" && event.command === "pulumi up") this.#start();
    // A verdict has the live line to itself, and a step that ends clears it.
    else if (!["resource", "output", "info", "warning"].includes(event.event)) this.#stop();
  }

  #start(): void {
    this.#stop();
    if (!this.#isTerminal) return;
    const began = performance.now();
    const show = () => {
      this.#screen.live(`${INDENT}  pulumi up: ${duration(performance.now() - began)}`);
    };
    this.#ticking = setInterval(show, TICK_MS).unref();
  }

  #stop(): void {
    if (!this.#ticking) return;
    clearInterval(this.#ticking);
    this.#ticking = undefined;
    this.#screen.clearLive();
  }
}

/** The verdict that was printed last. */
interface PrintedVerdict {
  step: string;
  outcome?: Verdict["outcome"];
  at: number;
}

/** A new outcome gets its own line; new numbers go to the live line, or occasionally to a log. */
function printVerdict(
  screen: Screen,
  { step, verdict }: VerdictEvent,
  printed: PrintedVerdict,
  isTerminal: boolean,
): void {
  const { outcome, reason } = verdict;
  const line = `${INDENT}${screen.paint(outcome, STYLES[outcome])}  ${reason}`;
  const isNew = printed.step !== step || printed.outcome !== outcome;
  if (isTerminal && !isNew) screen.live(line);
  if (!isNew && (isTerminal || Date.now() - printed.at < LOG_EVERY_MS)) return;
  screen.print(line);
  Object.assign(printed, { step, outcome, at: Date.now() });
}

/** `0.17s`, `3s` */
function secondsText(seconds: number): string {
  return `${seconds < 1 ? seconds : Math.round(seconds)}s`;
}

function indented(text: string): string {
  return text.split("\n").join(`\n${INDENT}`);
}
