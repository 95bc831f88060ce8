import { UserError } from "../../lib/userError.ts";
import { EXIT } from "./exitCodes.ts";
import { planRelease } from "../plan/plan.ts";
import { type Overrides, preflightProblems } from "../plan/preflight.ts";
import type { ReleasePlan } from "../plan/types.ts";
import { Refused } from "./refused.ts";
import { liveProblem } from "../run/prober.ts";
import { prometheusProblem } from "../sources/prometheus.ts";
import { describeOutcome } from "../output/describe.ts";
import { JournalFile } from "../store/journal.ts";
import { confirm } from "./confirm.ts";
import { type StackContext, openStackContext } from "./stackContext.ts";
import type { CliContext } from "./cliContext.ts";
import { newId } from "./newId.ts";
import { begin, goOn, withLock } from "./withLock.ts";

export interface ReleaseOptions {
  readonly image: string;
  readonly overrides: Overrides;
  readonly oneWay?: string;
  readonly waitSeconds: number;
}

/** `bluegreen release --image REF` */
export async function release(cli: CliContext, options: ReleaseOptions): Promise<number> {
  await refuseSecond(cli);
  const stackContext = await openStackContext(cli);
  const { image, oneWay, overrides } = options;
  const named = { id: newId(), stack: cli.stack, image };
  const plan = planRelease(stackContext.settings, {
    ...named,
    ...(oneWay !== undefined && { oneWay }),
  });
  cli.report({ event: "plan", plan });
  if (cli.options.dryRun) return dryRun(cli, stackContext, plan, overrides);
  await confirm(cli, `Release ${image} to the users of ${cli.stack}?`);
  const doing = `release ${image}`;
  return withLock(cli, stackContext, doing, options.waitSeconds, async (context) => {
    await refuseSecond(cli);
    const problems = await preflight(stackContext, plan, overrides);
    if (problems.length > 0) throw refusal(problems);
    await begin(context, plan, overrides);
    return goOn(context);
  });
}

async function refuseSecond({ store }: CliContext): Promise<void> {
  const { unfinished } = await JournalFile.open(store);
  if (!unfinished) return;
  throw new Refused(
    `A release has not ended: ${describeOutcome(unfinished)}.\n` +
      "Go on with it: bluegreen resume, or bluegreen promote. Go back: bluegreen abort",
  );
}

async function dryRun(
  { report }: CliContext,
  stackContext: StackContext,
  plan: ReleasePlan,
  overrides: Overrides,
): Promise<number> {
  const problems = await preflight(stackContext, plan, overrides);
  for (const text of problems) report({ event: "warning", text });
  return problems.length > 0 ? EXIT.refused : EXIT.ok;
}

async function preflight(
  { settings, engine, observe, url }: StackContext,
  { image }: ReleasePlan,
  overrides: Overrides,
): Promise<string[]> {
  if (url === "") throw new UserError("The stack has not been brought up yet. Do it: pulumi up");
  const { prometheus, source, probe } = settings.release;
  const byPrometheus = source === "prometheus" ? prometheus : undefined;
  const [seen, pendingOperations, live, counts] = await Promise.all([
    observe(),
    engine.pendingOperations(),
    liveProblem(url, probe.path),
    byPrometheus ? prometheusProblem(byPrometheus, settings.activeColor) : "",
  ]);
  const now = new Date();
  return preflightProblems(
    { settings, seen, pendingOperations, liveProblem: live, sourceProblem: counts, now },
    image,
    overrides,
  );
}

function refusal(problems: readonly string[]): Refused {
  const count = problems.length === 1 ? "A check says" : `${problems.length} checks say`;
  return new Refused(
    `${count} no, so nothing was touched:\n${problems.map((line) => `  ${line}`).join("\n")}`,
  );
}
