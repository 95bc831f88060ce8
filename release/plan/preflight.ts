import { otherColor } from "../../lib/color.ts";
import type { Observation } from "../../lib/observation.ts";
import { wantedRoute } from "../../lib/plan.ts";
import { describeRoute, parseRoute, sameRoute } from "../../lib/route.ts";
import { describeEntry, NO_ROUTE } from "../../lib/routeDecision.ts";
import type { Settings } from "../../settings/types.ts";
import { frozenBy } from "./freeze.ts";

/** What can be overridden, each with a reason that goes to the history. */
export const CHECKS = ["freeze", "live-health", "pending-operations"] as const;
export type Check = (typeof CHECKS)[number];
export type Overrides = Readonly<Partial<Record<Check, string>>>;

/** What a release finds before it begins. */
export interface Situation {
  readonly settings: Settings;
  readonly seen: Observation;
  /** Operations that an `up` has begun and nobody has seen the end of; URNs. */
  readonly pendingOperations: readonly string[];
  /** What users get of the live color; empty where all is well. */
  readonly liveProblem: string;
  /** What keeps the source of measurements from counting; empty where nothing does. */
  readonly sourceProblem: string;
  readonly now: Date;
}

/** One line for each reason not to begin: the fact and the remedy. */
export function preflightProblems(
  situation: Situation,
  image: string,
  overrides: Overrides,
): string[] {
  return [
    ...routeProblems(situation),
    ...imageProblems(situation.settings, image),
    ...sourceProblems(situation),
    ...overridable("live-health", liveProblems(situation), overrides),
    ...overridable("pending-operations", pendingProblems(situation), overrides),
    ...overridable("freeze", freezeProblems(situation), overrides),
  ];
}

function overridable(check: Check, problems: readonly string[], overrides: Overrides): string[] {
  if (overrides[check] !== undefined) return [];
  return problems.map((line) => `${line} Or say why not: --override ${check}="REASON"`);
}

function routeProblems({ settings, seen }: Situation): string[] {
  const wanted = wantedRoute(settings);
  const real = parseRoute(seen.balancer.real ?? "");
  const problems: string[] = [];
  if (!real || !sameRoute(real, wanted)) {
    problems.push(
      `The balancer does not do what the config says: ${describeEntry(seen.balancer.real ?? NO_ROUTE)} ` +
        `instead of ${describeRoute(wanted)}. Bring it there first: pulumi up`,
    );
  }
  if (wanted.canaryWeight > 0) {
    problems.push(
      `canary.weight: ${otherColor(wanted.active)} takes ${wanted.canaryWeight} % already. ` +
        "End that first: pulumi config rm canary, pulumi up",
    );
  }
  return problems;
}

function imageProblems({ pools, activeColor }: Settings, image: string): string[] {
  if (pools[activeColor]?.image !== image) return [];
  return [
    `${activeColor} is live with ${image} already, and a tag that was pushed again deploys nothing. ` +
      "Give the build a tag of its own, or a digest",
  ];
}

function sourceProblems({ settings, sourceProblem }: Situation): string[] {
  if (sourceProblem === "") return [];
  return [`release.source: ${settings.release.source} gives nothing to judge by: ${sourceProblem}`];
}

function liveProblems({ settings, seen, liveProblem }: Situation): string[] {
  const { activeColor: live, pools } = settings;
  const wanted = pools[live]?.count ?? 0;
  const runs = seen.containers.filter(({ color, isRunning }) => color === live && isRunning).length;
  const problems: string[] = [];
  if (runs < wanted) {
    problems.push(
      `${live} is live and only ${runs} of its ${wanted} containers run. Mend it first: pulumi up.`,
    );
  }
  if (liveProblem !== "")
    problems.push(`${live} is live and fails: ${liveProblem}. Mend it first.`);
  return problems;
}

function pendingProblems({ pendingOperations }: Situation): string[] {
  if (pendingOperations.length === 0) return [];
  const names = pendingOperations.map((urn) => urn.slice(urn.lastIndexOf("::") + 2)).join(", ");
  return [
    `A pulumi up was ended while it worked on ${names}. Run pulumi up, then clear the note: ` +
      "pulumi refresh --clear-pending-creates.",
  ];
}

function freezeProblems({ settings, now }: Situation): string[] {
  const window = frozenBy(settings.release.windows, now);
  if (!window) return [];
  return [
    `release.windows: no release from ${window.from} to ${window.to} (${window.timeZone}). Wait.`,
  ];
}
