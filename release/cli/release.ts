import { releasedSettings } from "../../components/service/deployedSettings.ts";
import { otherColor } from "../../lib/color.ts";
import { colorDifferences } from "../plan/colorDifferences.ts";
import { digestsOf } from "../plan/digests.ts";
import { planRelease } from "../plan/plan.ts";
import { diskProblems } from "../plan/diskProblems.ts";
import { overridable, type Overrides, parseOverrides } from "../plan/preflight.ts";
import { newPlanId, type ReleasePlan } from "../plan/releasePlan.ts";
import { diskSituation } from "../run/checkDisk.ts";
import { type CliContext, confirm } from "./cliContext.ts";
import { defineCommand, openStack, waitFlag } from "./command.ts";
import { EXIT } from "./exitCodes.ts";
import { refusal, refuseAbsentStack, refuseSecond, runPreflight } from "./releaseChecks.ts";
import type { StackContext } from "./stackContext.ts";
import { refuseStateLock, waitForLocks } from "./waitForLocks.ts";

export const command = defineCommand({
  usage: "release",
  summary: "Deploy an image to the idle color, test it, and give it the traffic",
  examples: ["release --image registry.example.com/app:1.4.3 --stack prod"],
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
        describe: "CHECK=REASON: freeze, live-health, pending-operations or disk",
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
    refuseAbsentStack(stackContext);
    await refuseFullDisk(stackContext, overrides);
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

/** Before the image is pulled, which would fill the disk. */
async function refuseFullDisk(
  { hosts, outputs }: StackContext,
  overrides: Overrides,
): Promise<void> {
  const { disks, ownBytes } = await diskSituation(await hosts(), outputs);
  const problems = overridable("disk", diskProblems(disks, ownBytes), overrides);
  if (problems.length > 0) throw refusal(problems);
}

async function makePlan(
  { stack, report }: CliContext,
  { settings, outputs, hosts, observe }: StackContext,
  image: string | undefined,
  oneWay: string | undefined,
): Promise<ReleasePlan> {
  const { pullImage, runningImage } = await import("../run/pullImage.ts");
  const [there, seen] = await Promise.all([hosts(), observe()]);
  const from = settings.activeColor;
  const to = otherColor(from);
  const before = digestsOf(outputs);
  const running = () => runningImage(there, from, settings.pools[from]?.image ?? "", before[from]);
  const wanted = image ?? (await running());
  const pulled = await pullImage(wanted, there, settings, outputs, report);
  const { reference, digest, idleReference, movedTag, isSigned } = pulled;
  const isUnknown = image === undefined ? [`what ${from} was deployed with is not recorded`] : [];
  const changes = settings.secrets.mask(releasedSettings(settings, seen, from, to) ?? isUnknown);
  return planRelease(settings, {
    ...{ id: newPlanId(), stack, image: reference, digests: { ...before, [to]: digest }, changes },
    ...(idleReference !== undefined && { idleImage: idleReference }),
    ...(oneWay !== undefined && { oneWay }),
    ...(movedTag !== undefined && { movedTag }),
    ...(isSigned && { isSigned }),
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
