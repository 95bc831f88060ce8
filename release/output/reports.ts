import { duration } from "../../lib/duration.mjs";
import type { Verdict } from "../judge/types.ts";
import type { ReleaseEvent, Report } from "../run/events.ts";
import { describePlan, describeResource } from "./describe.ts";
import type { Output, Screen } from "./screen.ts";

const INDENT = "   ";
const STYLES = { PASS: "green", FAIL: "red", INSUFFICIENT: "dim" } as const;

/** How often a log gets a line when the verdict does not change. */
const LOG_EVERY_MS = 30_000;

type VerdictEvent = ReleaseEvent & { readonly event: "verdict" };
type OtherEvent = Exclude<ReleaseEvent, VerdictEvent>;

/** One JSON object a line, each with its time; a verdict only when its outcome has changed. */
export function jsonReport(output: Output = process.stdout): Report {
  const outcomes = new Map<string, string>();
  return (event) => {
    if (event.event === "verdict") {
      if (outcomes.get(event.step) === event.verdict.outcome) return;
      outcomes.set(event.step, event.verdict.outcome);
    }
    output.write(`${JSON.stringify({ at: new Date().toISOString(), ...event })}\n`);
  };
}

/** For people: each step with its commands, and a line that changes in place while a step is judged. */
export function textReport(screen: Screen, isTerminal = process.stdout.isTTY): Report {
  const printed: PrintedVerdict = { step: "", at: 0 };
  return (event) => {
    if (event.event === "verdict") printVerdict(screen, event, printed, isTerminal);
    else print(screen, event);
  };
}

function print(screen: Screen, event: OtherEvent): void {
  switch (event.event) {
    case "plan":
      for (const line of describePlan(event.plan)) screen.print(line);
      break;
    case "began":
      screen.print();
      screen.print(screen.paint(`${event.step}: ${event.title}`, "bold"));
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
