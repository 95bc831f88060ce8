import type { Engine } from "../engine/engine.ts";
import { configAfter, type ReleasePlan, type Step } from "../plan/releasePlan.ts";

/**
 * Why `pulumi up` would fail in a step, by the engine's own preview of each step's config: a release must
 * not get stuck halfway. Canaries that differ in their weight alone are previewed once.
 */
export async function previewProblems(
  engine: Pick<Engine, "preview">,
  plan: ReleasePlan,
): Promise<string[]> {
  const problems = await Promise.all(
    previewedSteps(plan).map((step) =>
      engine.preview(configAfter(plan, step)).then(
        () => undefined,
        (error: Error) => ({ step: step.name, text: error.message }),
      ),
    ),
  );
  const texts = new Map<string, string>();
  for (const problem of problems) {
    if (problem && !texts.has(problem.text)) texts.set(problem.text, problem.step);
  }
  return [...texts].map(([text, step]) => `${step}: ${text}`);
}

function previewedSteps({ steps }: ReleasePlan): readonly Step[] {
  return steps.filter(
    (step, at) =>
      step.config.length > 0 && steps.findIndex(({ kind }) => kind === step.kind) === at,
  );
}
