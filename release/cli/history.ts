import { duration } from "../../lib/duration.mjs";
import { UserError } from "../../lib/userError.ts";
import { describeOutcome } from "../output/describe.ts";
import { describeWorking } from "../plan/workingProcesses.ts";
import { type Journal, readFinished, readHistory } from "../store/journal.ts";
import type { CliContext } from "./cliContext.ts";
import { defineCommand } from "./command.ts";
import { EXIT } from "./exitCodes.ts";

export const command = defineCommand({
  usage: "history [id]",
  summary: "List the releases, or show one in full",
  examples: ["history --stack prod --json"],
  flags: (args) =>
    args
      .positional("id", { type: "string", describe: "The id of a release" })
      .option("limit", { type: "number", default: 20, describe: "How many to list, latest first" }),
  async run(cli, { id, limit }) {
    const { store, options, screen } = cli;
    const journals = id === undefined ? await readHistory(store, limit) : [await find(cli, id)];
    for (const journal of journals) {
      if (options.json) cli.answer("history", journal);
      else if (id === undefined) screen.print(shortLine(journal));
      else for (const line of fullLines(journal)) screen.print(line);
    }
    if (journals.length === 0 && !options.json) screen.print(`No release yet, in ${store.place}`);
    return EXIT.ok;
  },
});

async function find({ store }: CliContext, id: string): Promise<Journal> {
  const journal = await readFinished(store, id);
  if (journal) return journal;
  throw new UserError(`There is no release ${id}. List them: bluegreen history`);
}

function shortLine(journal: Journal): string {
  const { plan, outcome = "", by, processes } = journal;
  const working = processes ? `; ${describeWorking(processes)}` : "";
  return `${plan.id}  ${outcome.padEnd(11)}  ${describeOutcome(journal)}${working}  (${by})`;
}

/** Times are by the clock of the machine that ran the release. */
function fullLines(journal: Journal): string[] {
  const { plan, by, startedAt, steps, measured, met, digests = {}, overrides, updates } = journal;
  const { processes } = journal;
  const lines = [
    `${plan.kind} ${plan.id} of ${plan.stack}, by ${by}`,
    `started  ${new Date(startedAt).toISOString()}`,
    `outcome  ${journal.outcome}: ${describeOutcome(journal)}`,
    ...(journal.reason === undefined ? [] : [`reason   ${journal.reason}`]),
    ...Object.entries(digests).map(([color, digest]) => `${color.padEnd(8)} ${digest}`),
    ...(processes ? [`at work  ${describeWorking(processes)}`] : []),
    ...Object.entries(overrides).map(([check, why]) => `override ${check}: ${why}`),
    `updates  ${updates.join(", ") || "none"} (pulumi stack history)`,
  ];
  if (measured) {
    lines.push(
      `switch   ${measured.requests} requests of the probe, ${measured.failures} failed, longest gap ` +
        `${measured.longestGapMs} ms`,
    );
  }
  if (met) lines.push(`judged   ${met.requests} requests to ${plan.to}, ${met.failures} failed`);
  return [...lines, ...steps.map(stepLine)];
}

function stepLine({ name, beganAt, endedAt, verdict, promotedBy }: Journal["steps"][number]) {
  const time = endedAt === undefined ? "unfinished" : duration(endedAt - beganAt);
  const judged = verdict ? `  ${verdict.outcome}: ${verdict.reason}` : "";
  const promoted = promotedBy === undefined ? "" : `  promoted by ${promotedBy}`;
  return `  ${name.padEnd(12)} ${time.padStart(10)}${judged}${promoted}`;
}
