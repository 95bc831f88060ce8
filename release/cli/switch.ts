import { COLORS } from "../../lib/color.ts";
import { MEANINGS, meaningOf } from "../output/describe.ts";
import { digestsOf } from "../plan/digests.ts";
import { parseOverrides } from "../plan/preflight.ts";
import { newPlanId, type ReleasePlan } from "../plan/releasePlan.ts";
import { planSwitch } from "../plan/singleStepPlans.ts";
import { type CliContext, confirm } from "./cliContext.ts";
import { defineCommand, openStack } from "./command.ts";
import { EXIT } from "./exitCodes.ts";
import { refusal, refuseAbsentStack, refuseSecond, runPreflight } from "./releaseChecks.ts";
import type { StackContext } from "./stackContext.ts";
import { refuseStateLock } from "./waitForLocks.ts";

export const command = defineCommand({
  usage: "switch <color>",
  summary: "Give all traffic to a color as it is, after its gate: no deploy, no canary, no watch",
  examples: ["switch green --stack prod"],
  flags: (args) =>
    args.positional("color", { choices: COLORS, demandOption: true }).option("override", {
      type: "string",
      array: true,
      default: [] as string[],
      describe: "CHECK=REASON: freeze, live-health or pending-operations",
    }),
  async run(cli, { color: to, override }) {
    const overrides = parseOverrides(override);
    await refuseSecond(cli);
    const stackContext = await openStack(cli);
    refuseAbsentStack(stackContext);
    const { settings, outputs } = stackContext;
    const identity = { id: newPlanId(), stack: cli.stack };
    const plan = { ...planSwitch(settings, to, identity), digests: digestsOf(outputs) };
    cli.report({ event: "plan", plan });
    const check = async () => {
      await refuseStateLock(cli);
      const problems = await runPreflight(stackContext, plan, overrides);
      if (problems.length > 0) throw refusal(problems);
    };
    await check();
    await showPreview(cli, stackContext, plan);
    if (cli.options.dryRun) return EXIT.ok;
    await confirm(cli, `Give all traffic of ${cli.stack} to ${to}?`);
    const { runPlan } = await import("./withLock.ts");
    // A person may have thought about it for long.
    return runPlan(cli, stackContext, { plan, doing: `switch to ${to}`, overrides, check });
  },
});

/** What `pulumi up` will change, by the engine's own preview. */
async function showPreview(
  { report }: CliContext,
  { engine }: StackContext,
  { steps }: ReleasePlan,
): Promise<void> {
  report({ event: "command", command: "pulumi preview" });
  const changes = steps.flatMap(({ config }) => config);
  await engine.preview(changes, (event) => {
    if (event.event !== "resource") return;
    const meaning = meaningOf(event.name, MEANINGS);
    const text = `${event.name} will be ${event.action}${meaning === undefined ? "" : `: ${meaning}`}`;
    report({ event: "info", text });
  });
}
