import { UserError } from "../../lib/userError.ts";
import { describeOutcome } from "../output/describe.ts";
import { type Overrides, preflightProblems } from "../plan/preflight.ts";
import { isJudged, type ReleasePlan } from "../plan/releasePlan.ts";
import { previewProblems } from "../run/previewProblems.ts";
import { prometheusProblem } from "../sources/prometheus.ts";
import { JournalFile } from "../store/journal.ts";
import type { CliContext } from "./cliContext.ts";
import { Refused } from "./exitCodes.ts";
import type { StackContext } from "./stackContext.ts";

/** What refuses a release, and a switch: before anything is changed. */

/** @throws Refused if a release is in progress. */
export async function refuseSecond({ store }: Pick<CliContext, "store">): Promise<void> {
  const { unfinished } = await JournalFile.open(store);
  if (!unfinished) return;
  throw new Refused(
    `A release is in progress: ${describeOutcome(unfinished)}.\n` +
      "Continue it: bluegreen resume, or bluegreen promote. Undo it: bluegreen abort",
  );
}

/** @throws UserError if the stack has no hosts yet. */
export function refuseAbsentStack({ url }: Pick<StackContext, "url">): void {
  if (url === "") throw new UserError("The stack has not been brought up yet. Do it: pulumi up");
}

/** One line for each reason not to start. */
export async function runPreflight(
  { settings, engine, observe, outputs, url }: StackContext,
  plan: ReleasePlan,
  overrides: Overrides,
): Promise<string[]> {
  const { liveProblem } = await import("../run/probing.ts");
  const { prometheus, source } = settings.release;
  const byPrometheus = source === "prometheus" && isJudged(plan) ? prometheus : undefined;
  const [seen, pendingOperations, live, counts] = await Promise.all([
    observe(),
    engine.pendingOperations(),
    liveProblem(url, settings),
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

export function refusal(problems: readonly string[]): Refused {
  const count = problems.length === 1 ? "A check" : `${problems.length} checks`;
  return new Refused(
    `${count} failed, so nothing was changed:\n${problems.map((line) => `  ${line}`).join("\n")}`,
  );
}
