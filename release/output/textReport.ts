import type { Screen } from "./screen.ts";
import { shortLine } from "./upLines.ts";
import { duration } from "../../dev/setup/progress.mjs";
import type { Verdict } from "../judge/types.ts";
import type { Report, ReleaseEvent } from "../run/report.ts";
import { describePlan } from "./describe.ts";

const INDENT = "   ";
const STYLES = { PASS: "green", FAIL: "red", INSUFFICIENT: "dim" } as const;

/** How often a log is told that nothing new is known. */
const LOG_EVERY_MS = 30_000;

/** The verdict that was told last. */
interface Told {
  step: string;
  outcome?: Verdict["outcome"];
  at: number;
}

/** Tells people how a release goes: each step with its commands, and one line that lives while it lasts. */
export function textReport(screen: Screen, isTerminal = process.stdout.isTTY): Report {
  const told: Told = { step: "", at: 0 };
  return (event) => {
    const isVerdict = event.event === "verdict";
    if (!isVerdict) tell(screen, event);
    else tellVerdict(screen, event, told, isTerminal);
  };
}

function tell(screen: Screen, event: Exclude<ReleaseEvent, { event: "verdict" }>): void {
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
      tellOutput(screen, event);
      break;
    case "waiting":
    case "warning":
      screen.print(`${INDENT}${screen.paint(event.event, "bold")}  ${text(event.text)}`);
      break;
    case "going-back":
      screen.clearLive();
      screen.print(`\n${screen.paint("going back", "red")}: ${text(event.reason)}`);
      break;
    case "over":
      screen.clearLive();
      screen.print();
      screen.print(screen.paint(text(event.text), "bold"));
  }
}

/** Of `pulumi up` only what changes something; of a hook all. */
function tellOutput(screen: Screen, { of, line }: ReleaseEvent & { event: "output" }): void {
  const short = of === "hook" ? line : shortLine(line);
  if (short !== undefined) screen.print(`${INDENT}  ${short}`);
}

/** A new outcome stays on the screen; what only counts on is the line that lives, or seldom told. */
function tellVerdict(
  screen: Screen,
  { step, verdict }: ReleaseEvent & { event: "verdict" },
  told: Told,
  isTerminal: boolean,
): void {
  const { outcome, reason } = verdict;
  const line = `${INDENT}${screen.paint(outcome, STYLES[outcome])}  ${reason}`;
  const isNew = told.step !== step || told.outcome !== outcome;
  if (isTerminal && !isNew) screen.live(line);
  if (!isNew && (isTerminal || Date.now() - told.at < LOG_EVERY_MS)) return;
  screen.print(line);
  Object.assign(told, { step, outcome, at: Date.now() });
}

function text(lines: string): string {
  return lines.split("\n").join(`\n${INDENT}`);
}
