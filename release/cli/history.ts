import { UserError } from "../../lib/userError.ts";
import { duration } from "../../dev/setup/progress.mjs";
import { EXIT } from "./exitCodes.ts";
import { describeOutcome } from "../output/describe.ts";
import { readHistory, readRelease } from "../store/history.ts";
import type { Journal } from "../store/journal.ts";
import type { CliContext } from "./cliContext.ts";

/** `bluegreen history [ID]` */
export async function history(
  cli: CliContext,
  id: string | undefined,
  limit: number,
): Promise<number> {
  const { store, options, screen } = cli;
  const records = id === undefined ? await readHistory(store, limit) : [await one(cli, id)];
  for (const record of records) {
    if (options.json) screen.print(JSON.stringify(record));
    else if (id === undefined) screen.print(shortRecord(record));
    else for (const line of longRecord(record)) screen.print(line);
  }
  if (records.length === 0 && !options.json) screen.print(`No release yet, in ${store.place}`);
  return EXIT.ok;
}

async function one({ store }: CliContext, id: string): Promise<Journal> {
  const record = await readRelease(store, id);
  if (record) return record;
  throw new UserError(`There is no release ${id}. See which there are: bluegreen history`);
}

function shortRecord(record: Journal): string {
  const { plan, outcome = "", by } = record;
  return `${plan.id}  ${outcome.padEnd(11)}  ${describeOutcome(record)}  (${by})`;
}

/** Times are those of the machine that released. */
function longRecord(record: Journal): string[] {
  const { plan, by, startedAt, steps, measured, met, digests = {}, overrides, updates } = record;
  const lines = [
    `${plan.kind} ${plan.id} of ${plan.stack}, by ${by}`,
    `began    ${new Date(startedAt).toISOString()}`,
    `outcome  ${record.outcome}: ${describeOutcome(record)}`,
    ...(record.reason === undefined ? [] : [`reason   ${record.reason}`]),
    ...Object.entries(digests).map(([color, digest]) => `${color.padEnd(8)} ${digest}`),
    ...Object.entries(overrides).map(([check, why]) => `override ${check}: ${why}`),
    `updates  ${updates.join(", ") || "none"} (pulumi stack history)`,
  ];
  if (measured) {
    lines.push(
      `switch   ${measured.requests} requests of the prober, ${measured.failures} failed, longest gap ` +
        `${measured.longestGapMs} ms`,
    );
  }
  if (met) lines.push(`judged   ${met.requests} requests to ${plan.to}, ${met.failures} failed`);
  return [...lines, ...steps.map(stepLine)];
}

function stepLine({ name, beganAt, endedAt, verdict, promotedBy }: Journal["steps"][number]) {
  const time = endedAt === undefined ? "not ended" : duration(endedAt - beganAt);
  const judged = verdict ? `  ${verdict.outcome}: ${verdict.reason}` : "";
  const promoted = promotedBy === undefined ? "" : `  promoted by ${promotedBy}`;
  return `  ${name.padEnd(12)} ${time.padStart(9)}${judged}${promoted}`;
}
