import { edgesBehind } from "../../components/edge/edgeImages.ts";
import { otherColor } from "../../lib/color.ts";
import { shortImage, withoutDigest } from "../../lib/imageReference.ts";
import type { Observation } from "../../lib/observation.ts";
import { wantedRoute } from "../../lib/plan.ts";
import { describeRoute, parseRoute, sameRoute } from "../../lib/route.ts";
import { describeEntry, NO_ROUTE } from "../../lib/routeDecision.ts";
import type { Settings } from "../../settings/types.ts";
import { UsageError } from "../../lib/userError.ts";
import { frozenBy } from "./freeze.ts";
import type { ReleasePlan } from "./releasePlan.ts";
import { staleFileProblem } from "./staleConfig.ts";

/** Checks that can be overridden, each with a reason that is kept in the history. */
const CHECKS = ["freeze", "live-health", "pending-operations", "disk"] as const;
export type Check = (typeof CHECKS)[number];
export type Overrides = Readonly<Partial<Record<Check, string>>>;

/** @throws UserError for an unknown check, or no reason. */
export function parseOverrides(words: readonly string[]): Overrides {
  return Object.fromEntries(words.map(parseOverride));
}

function parseOverride(word: string): readonly [Check, string] {
  const at = word.indexOf("=");
  const check = CHECKS.find((one) => one === word.slice(0, Math.max(at, 0)));
  const reason = word.slice(at + 1).trim();
  if (check && reason !== "") return [check, reason];
  throw new UsageError(
    `--override: must be CHECK=REASON, where CHECK is ${CHECKS.join(" or ")}, got "${word}". ` +
      'Give a reason: --override freeze="fixes the current outage"',
  );
}

/** The state of the stack before a release. */
export interface Situation {
  readonly settings: Settings;
  readonly seen: Observation;
  /** The stack's, of the last update. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** URNs of operations that an interrupted `up` has started and not finished. */
  readonly pendingOperations: readonly string[];
  /** What is wrong with the live color's answers to users; empty if nothing is. */
  readonly liveProblem: string;
  /** Why the source of measurements fails; empty if it works. */
  readonly sourceProblem: string;
  readonly now: Date;
}

/** One line for each reason not to start: the fact and the remedy. */
export function preflightProblems(
  situation: Situation,
  plan: Pick<ReleasePlan, "image" | "digests" | "changes"> & Partial<Pick<ReleasePlan, "kind">>,
  overrides: Overrides,
): string[] {
  return [
    ...routeProblems(situation),
    ...edgeProblems(situation),
    // Both colors may have the same image.
    ...(plan.kind === "switch" ? [] : imageProblems(situation.settings, plan)),
    ...sourceProblems(situation),
    ...overridable("live-health", liveProblems(situation), overrides),
    ...overridable("pending-operations", pendingProblems(situation), overrides),
    ...overridable("freeze", freezeProblems(situation), overrides),
  ];
}

/** A release must not cut users' requests by a change that has nothing to do with it. */
function edgeProblems({ settings, seen }: Situation): string[] {
  return edgesBehind(settings, seen.edges)
    .filter(({ isReplaced }) => isReplaced)
    .map(
      ({ host, running, newest }) =>
        `${host}: the next pulumi up replaces the balancer's container (${running.image} -> ${newest}). ` +
        "Do that outside of a release: pulumi preview, pulumi up",
    );
}

/** With the way to override them; none if they are. */
export function overridable(
  check: Check,
  problems: readonly string[],
  overrides: Overrides,
): string[] {
  if (overrides[check] !== undefined) return [];
  return problems.map((line) => `${line} Or override it: --override ${check}="REASON"`);
}

export function routeProblems({
  settings,
  seen,
  outputs,
}: Pick<Situation, "settings" | "seen" | "outputs">): string[] {
  const wanted = wantedRoute(settings);
  const real = parseRoute(seen.balancer.real ?? "");
  const problems: string[] = [];
  const stale = staleFileProblem(settings, outputs, [settings.activeColor]);
  if (stale !== undefined) {
    problems.push(stale);
  } else if (!real || !sameRoute(real, wanted)) {
    problems.push(
      `The balancer's route differs from the config: ${describeEntry(seen.balancer.real ?? NO_ROUTE)} ` +
        `instead of ${describeRoute(wanted)}. Apply the config first: pulumi up`,
    );
  }
  if (wanted.canaryWeight > 0) {
    problems.push(
      `canary.weight: ${otherColor(wanted.active)} takes ${wanted.canaryWeight} % already. ` +
        "End that canary first: pulumi config rm canary, pulumi up",
    );
  }
  return problems;
}

function imageProblems(
  { pools, activeColor }: Settings,
  { image, digests = {}, changes = [] }: Pick<ReleasePlan, "image" | "digests" | "changes">,
): string[] {
  if (changes.length > 0) return [];
  const live = pools[activeColor]?.image ?? "";
  const [now, next] = [digests[activeColor], digests[otherColor(activeColor)]];
  const areKnown = now !== undefined && next !== undefined;
  const isSameName = live.startsWith("sha256:") || withoutDigest(live) === withoutDigest(image);
  if (areKnown ? now !== next || !isSameName : live !== image) return [];
  return [
    shortImage(`${activeColor} is already live with ${image}${areKnown ? ` (${now})` : ""}, `) +
      "and no setting of app, env or processes has changed, so there is nothing to release. Push the new build first, best under a tag of its own.",
  ];
}

function sourceProblems({ settings, sourceProblem }: Situation): string[] {
  if (sourceProblem === "") return [];
  return [`release.source: ${settings.release.source} can't be read: ${sourceProblem}`];
}

function liveProblems({ settings, seen, liveProblem }: Situation): string[] {
  const { activeColor: live, pools } = settings;
  const wanted = pools[live]?.count ?? 0;
  const runs = seen.containers.filter(({ color, isRunning }) => color === live && isRunning).length;
  const problems: string[] = [];
  if (runs < wanted) {
    problems.push(
      `${live} is live and only ${runs} of its ${wanted} containers run. Fix it first: pulumi up.`,
    );
  }
  if (liveProblem !== "") {
    problems.push(`${live} is live and fails: ${liveProblem}. Fix it first.`);
  }
  return problems;
}

export function pendingProblems({
  pendingOperations,
}: Pick<Situation, "pendingOperations">): string[] {
  if (pendingOperations.length === 0) return [];
  const names = pendingOperations.map((urn) => urn.slice(urn.lastIndexOf("::") + 2)).join(", ");
  return [
    `A pulumi up was interrupted while it worked on ${names}. Run pulumi up, then clear its record: ` +
      "pulumi refresh --clear-pending-creates.",
  ];
}

export function freezeProblems({ settings, now }: Pick<Situation, "settings" | "now">): string[] {
  const window = frozenBy(settings.release.windows, now);
  if (!window) return [];
  return [
    `release.windows: no release from ${window.from} to ${window.to} (${window.timeZone}). Wait for its end.`,
  ];
}
