import { UserError } from "../../lib/userError.ts";
import { EXIT } from "../exitCodes.ts";
import { planRelease } from "../plan/plan.ts";
import { type Overrides, preflightProblems } from "../plan/preflight.ts";
import type { ReleasePlan } from "../plan/types.ts";
import { Refused } from "../refused.ts";
import { liveProblem } from "../run/prober.ts";
import { prometheusProblem } from "../sources/prometheus.ts";
import { describeOutcome } from "../screen/words.ts";
import { JournalFile } from "../store/journal.ts";
import { confirm } from "./confirm.ts";
import { type Heavy, heavyContext } from "./heavy.ts";
import type { Light } from "./light.ts";
import { newId } from "./newId.ts";
import { begin, goOn, underLock } from "./underLock.ts";

export interface ReleaseOptions {
  readonly image: string;
  readonly overrides: Overrides;
  readonly oneWay?: string;
  readonly waitSeconds: number;
}

/** `bluegreen release --image REF` */
export async function release(light: Light, options: ReleaseOptions): Promise<number> {
  await refuseSecond(light);
  const heavy = await heavyContext(light);
  const { image, oneWay, overrides } = options;
  const named = { id: newId(), stack: light.stack, image };
  const plan = planRelease(heavy.settings, { ...named, ...(oneWay !== undefined && { oneWay }) });
  light.report({ event: "plan", plan });
  if (light.options.dryRun) return dryRun(light, heavy, plan, overrides);
  await confirm(light, `Release ${image} to the users of ${light.stack}?`);
  const doing = `release ${image}`;
  return underLock(light, heavy, doing, options.waitSeconds, async (ground) => {
    await refuseSecond(light);
    const problems = await preflight(heavy, plan, overrides);
    if (problems.length > 0) throw refusal(problems);
    await begin(ground, plan, overrides);
    return goOn(ground);
  });
}

async function refuseSecond({ store }: Light): Promise<void> {
  const { unfinished } = await JournalFile.open(store);
  if (!unfinished) return;
  throw new Refused(
    `A release has not ended: ${describeOutcome(unfinished)}.\n` +
      "Go on with it: bluegreen resume, or bluegreen promote. Go back: bluegreen abort",
  );
}

async function dryRun(
  { report }: Light,
  heavy: Heavy,
  plan: ReleasePlan,
  overrides: Overrides,
): Promise<number> {
  const problems = await preflight(heavy, plan, overrides);
  for (const text of problems) report({ event: "warning", text });
  return problems.length > 0 ? EXIT.refused : EXIT.ok;
}

async function preflight(
  { settings, engine, observe, url }: Heavy,
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
