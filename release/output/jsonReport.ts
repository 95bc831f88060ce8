import type { Output } from "./screen.ts";
import type { Report } from "../run/report.ts";

/** One JSON object a line, each with its time; a verdict only where it has changed. */
export function jsonReport(output: Output = process.stdout): Report {
  const told = new Map<string, string>();
  return (event) => {
    if (event.event === "verdict") {
      if (told.get(event.step) === event.verdict.outcome) return;
      told.set(event.step, event.verdict.outcome);
    }
    output.write(`${JSON.stringify({ at: new Date().toISOString(), ...event })}\n`);
  };
}
