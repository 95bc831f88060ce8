import type { Observation } from "../../lib/observation.ts";
import { planUp } from "../../lib/plan.ts";
import { describeRoute, parseRoute } from "../../lib/route.ts";
import type { Settings } from "../../settings/types.ts";
import type { Engine } from "../engine/engine.ts";
import { freezeProblems, pendingProblems, routeProblems } from "../plan/preflight.ts";
import { liveProblem } from "../run/probing.ts";
import { prometheusProblem } from "../sources/prometheus.ts";
import type { Check, Found } from "./check.ts";

export interface StackArgs {
  readonly engine: Pick<Engine, "pendingOperations" | "preview">;
  readonly settings: Settings;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly observe: () => Promise<Observation>;
  readonly url: string;
}

/** The state, the config and the balancer against each other, and what users get. */
export function stackChecks({ engine, settings, outputs, observe, url }: StackArgs): Check[] {
  const { prometheus, source } = settings.release;
  return [
    {
      name: "state",
      async run() {
        const pendingOperations = await engine.pendingOperations();
        return {
          fine: "no update was interrupted",
          problems: pendingProblems({ pendingOperations }),
        };
      },
    },
    {
      name: "route",
      async run() {
        const seen = await observe();
        return routeFound(settings, seen, outputs);
      },
    },
    {
      // The program itself, with the target's own questions: ports, quotas, sizes, the frozen rule.
      name: "preview",
      async run() {
        await engine.preview([]);
        return { fine: "pulumi preview succeeds" };
      },
    },
    {
      name: "users",
      async run() {
        const problem = await liveProblem(url, settings);
        const text = `${settings.activeColor} is live and fails: ${problem}. See why: bluegreen logs --since 10m`;
        return { fine: `${url} answers`, problems: problem === "" ? [] : [text] };
      },
    },
    {
      name: "freeze windows",
      run() {
        const problems = freezeProblems({ settings, now: new Date() });
        return Promise.resolve({ fine: "none is open", problems });
      },
    },
    ...(source === "prometheus" && prometheus
      ? [
          {
            name: "Prometheus",
            async run() {
              const problem = await prometheusProblem(prometheus, settings.activeColor);
              const text = `release.source: prometheus can't be read: ${problem}`;
              return { fine: `${prometheus.url} answers`, problems: problem === "" ? [] : [text] };
            },
          },
        ]
      : []),
  ];
}

export function routeFound(
  settings: Settings,
  seen: Observation,
  outputs: Readonly<Record<string, unknown>>,
): Found {
  const route = parseRoute(seen.balancer.real ?? "");
  const problems = routeProblems({ settings, seen, outputs });
  return {
    fine: route ? `${describeRoute(route)}, as the config has it` : "none",
    problems: [...driftProblem(settings, seen), ...problems],
    warnings: seen.warnings ?? [],
  };
}

/** What `pulumi up` would refuse to touch. */
function driftProblem(settings: Settings, seen: Observation): string[] {
  try {
    planUp(settings, seen, "doctor");
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}
