import { SERVICES_HOST } from "../../lib/naming.ts";
import type { Engine } from "../engine/engine.ts";
import {
  type ConfigChange,
  configAfter,
  type ReleasePlan,
  type Step,
} from "../plan/releasePlan.ts";

/**
 * Why `pulumi up` would fail in a step, or touch a service, by the engine's own preview of each step's config: a
 * release must not get stuck halfway, and moves users alone. Canaries that differ in their weight alone are
 * previewed once.
 */
export async function previewProblems(
  engine: Pick<Engine, "preview">,
  plan: ReleasePlan,
): Promise<string[]> {
  const steps = previewedSteps(plan);
  const problems = await Promise.all(
    steps.map((step) =>
      changedBy(engine, configAfter(plan, step)).then(
        serviceProblem,
        ({ message }: Error) => message,
      ),
    ),
  );
  const texts = new Map<string, string>();
  for (const [at, text] of problems.entries()) {
    if (text !== undefined && !texts.has(text)) texts.set(text, steps[at]?.name ?? "");
  }
  return [...texts].map(([text, step]) => `${step}: ${text}`);
}

/** The names of the resources that `pulumi up` would change. */
async function changedBy(
  engine: Pick<Engine, "preview">,
  config: readonly ConfigChange[],
): Promise<readonly string[]> {
  const changed: string[] = [];
  await engine.preview(config, (event) => {
    if (event.event === "resource") changed.push(event.name);
  });
  return changed;
}

/** Its resource in a cloud. */
const SERVICES_MACHINE = `${SERVICES_HOST}-host`;

/** @param changed Names of resources. */
function serviceProblem(changed: readonly string[]): string | undefined {
  const names = changed.flatMap((name) => /^service-(.*?)(-image)?$/.exec(name)?.[1] ?? []);
  const different = [
    ...[...new Set(names)].map((name) => `services.${name}`),
    ...(changed.includes(SERVICES_MACHINE) ? ["the machine of the services"] : []),
  ];
  if (different.length === 0) return undefined;
  const verb = different.length === 1 ? "differs" : "differ";
  return (
    `a release changes no service, but ${different.join(" and ")} ${verb} from what runs. ` +
    `Change that first: pulumi up`
  );
}

function previewedSteps({ steps }: ReleasePlan): readonly Step[] {
  return steps.filter(
    (step, at) =>
      step.config.length > 0 && steps.findIndex(({ kind }) => kind === step.kind) === at,
  );
}
