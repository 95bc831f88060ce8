import { releasedSettings } from "../../components/service/deployedSettings.ts";
import { otherColor } from "../../lib/color.ts";
import { UserError } from "../../lib/userError.ts";
import { describeOutcome } from "../output/describe.ts";
import { colorDifferences } from "../plan/colorDifferences.ts";
import { digestsOf } from "../plan/digests.ts";
import { planRelease } from "../plan/plan.ts";
import { type Overrides, parseOverrides, preflightProblems } from "../plan/preflight.ts";
import { newPlanId, type ReleasePlan } from "../plan/releasePlan.ts";
import { previewProblems } from "../run/previewProblems.ts";
import { prometheusProblem } from "../sources/prometheus.ts";
import { JournalFile } from "../store/journal.ts";
import { type CliContext, confirm } from "./cliContext.ts";
import { defineCommand, openStack, waitFlag } from "./command.ts";
import { EXIT, Refused } from "./exitCodes.ts";
import type { StackContext } from "./stackContext.ts";
import { refuseStateLock, waitForLocks } from "./waitForLocks.ts";

export const command = defineCommand({
  usage: "release",
  summary: "Deploy an image to the idle color, test it, and give it the traffic",
  example: "release --image registry.example.com/app:1.4.3 --stack prod",
  flags: (args) =>
    waitFlag(args)
      .option("image", {
        type: "string",
        describe:
          "name:tag or name@sha256:…; default: the live image, for changed settings or secrets",
      })
      .option("override", {
        type: "string",
        array: true,
        default: [] as string[],
        describe: "CHECK=REASON: freeze, live-health or pending-operations",
      })
      .option("wait-for-lock", {
        type: "number",
        default: 0,
        describe: "Seconds to wait for another release, or a pulumi up, to end",
      })
      .option("one-way", {
        type: "string",
        describe: "REASON why the release can't be rolled back once it is live",
      }),
  async run(cli, { image, override, oneWay, wait, waitForLock }) {
    const overrides = parseOverrides(override);
    await waitForLocks(cli, waitForLock);
    await refuseSecond(cli);
    const stackContext = await openStack(cli);
    const plan = await makePlan(cli, stackContext, image, oneWay);
    for (const text of colorDifferences(stackContext.settings, plan)) {
      cli.report({ event: "warning", text });
    }
    cli.report({ event: "plan", plan });
    if (cli.options.dryRun) return dryRun(cli, stackContext, plan, overrides);
    await confirm(cli, `Release ${image ?? plan.image} to the users of ${cli.stack}?`);
    const { runPlan } = await import("./withLock.ts");
    return runPlan(cli, stackContext, {
      plan,
      doing: `release ${image ?? plan.image}`,
      overrides,
      waitSeconds: wait,
      check: async () => {
        await refuseStateLock(cli);
        const problems = await runPreflight(stackContext, plan, overrides);
        if (problems.length > 0) throw refusal(problems);
      },
    });
  },
});

async function refuseSecond({ store }: CliContext): Promise<void> {
  const { unfinished } = await JournalFile.open(store);
  if (!unfinished) return;
  throw new Refused(
    `A release is in progress: ${describeOutcome(unfinished)}.\n` +
      "Continue it: bluegreen resume, or bluegreen promote. Undo it: bluegreen abort",
  );
}

async function makePlan(
  { stack, report }: CliContext,
  { settings, outputs, hosts, url, observe }: StackContext,
  image: string | undefined,
  oneWay: string | undefined,
): Promise<ReleasePlan> {
  if (url === "") throw new UserError("The stack has not been brought up yet. Do it: pulumi up");
  const { pullImage, runningImage } = await import("../run/pullImage.ts");
  const [there, seen] = await Promise.all([hosts(), observe()]);
  const from = settings.activeColor;
  const to = otherColor(from);
  const before = digestsOf(outputs);
  const running = () => runningImage(there, from, settings.pools[from]?.image ?? "", before[from]);
  const wanted = image ?? (await running());
  const pulled = await pullImage(wanted, there, settings, outputs, report);
  const { reference, digest, idleReference } = pulled;
  const isUnknown = image === undefined ? [`what ${from} was deployed with is not recorded`] : [];
  const changes = settings.secrets.mask(releasedSettings(settings, seen, from, to) ?? isUnknown);
  return planRelease(settings, {
    ...{ id: newPlanId(), stack, image: reference, digests: { ...before, [to]: digest }, changes },
    ...(idleReference !== undefined && { idleImage: idleReference }),
    ...(oneWay !== undefined && { oneWay }),
  });
}

async function dryRun(
  { report }: CliContext,
  stackContext: StackContext,
  plan: ReleasePlan,
  overrides: Overrides,
): Promise<number> {
  const problems = await runPreflight(stackContext, plan, overrides);
  for (const text of problems) report({ event: "warning", text });
  return problems.length > 0 ? EXIT.refused : EXIT.ok;
}

async function runPreflight(
  { settings, engine, observe, outputs, url }: StackContext,
  plan: ReleasePlan,
  overrides: Overrides,
): Promise<string[]> {
  const { liveProblem } = await import("../run/probing.ts");
  const { prometheus, source, probe } = settings.release;
  const byPrometheus = source === "prometheus" ? prometheus : undefined;
  const [seen, pendingOperations, live, counts] = await Promise.all([
    observe(),
    engine.pendingOperations(),
    liveProblem(url, probe.path),
    byPrometheus ? prometheusProblem(byPrometheus, settings.activeColor) : "",
  ]);
  const now = new Date();
  const problems = preflightProblems(
    { settings, seen, outputs, pendingOperations, liveProblem: live, sourceProblem: counts, now },
    plan,
    overrides,
  );
  // The engine would only repeat these.
  return problems.length > 0 ? problems : previewProblems(engine, plan);
}

function refusal(problems: readonly string[]): Refused {
  const count = problems.length === 1 ? "A check" : `${problems.length} checks`;
  return new Refused(
    `${count} failed, so nothing was changed:\n${problems.map((line) => `  ${line}`).join("\n")}`,
  );
}
