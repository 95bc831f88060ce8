import { createInterface } from "node:readline/promises";
import { Refused } from "./refused.ts";
import type { CliContext } from "./cliContext.ts";

/** @throws Refused where the user says no, or nobody is there to be asked. */
export async function confirm({ options, screen }: CliContext, question: string): Promise<void> {
  if (options.yes) return;
  if (process.stdin.isTTY !== true || process.stdout.isTTY !== true) {
    throw new Refused(`${question} Nobody is there to be asked. Say it beforehand: --yes`);
  }
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await lines.question(`${screen.paint(question, "bold")} [y/N] `);
    if (/^y(es)?$/i.test(answer.trim())) return;
    throw new Refused("Nothing was changed.");
  } finally {
    lines.close();
  }
}
