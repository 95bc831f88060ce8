import { otherColor } from "../../lib/color.ts";
import { shortImage } from "../../lib/imageReference.ts";
import { wantedRoute } from "../../lib/plan.ts";
import type { CanaryStep } from "../../settings/release.ts";
import type { Settings } from "../../settings/types.ts";
import type { Digests } from "./digests.ts";
import { judgementLines } from "./judgement.ts";
import type { ConfigChange, PlanIdentity, ReleasePlan, Step } from "./releasePlan.ts";
import { retireStep } from "./retireStep.ts";

export interface ReleaseRequest extends PlanIdentity {
  /** With its digest, if it comes from a registry. */
  readonly image: string;
  readonly digests?: Digests;
  /** What the idle color returns to if the deploy fails. Default: as in the settings. */
  readonly idleImage?: string;
  readonly changes?: readonly string[];
  readonly oneWay?: string;
  readonly isSigned?: true;
  readonly movedTag?: string;
}

/** The steps of a release, by the settings. Refuses nothing: that is up to the preflight. */
export function planRelease(settings: Settings, request: ReleaseRequest): ReleasePlan {
  const from = settings.activeColor;
  const live = settings.pools[from];
  if (!live) throw new Error(`${from} is live but has no settings`);
  return {
    kind: "release",
    ...request,
    liveImage: live.image,
    from,
    to: otherColor(from),
    before: wantedRoute(settings),
    judgement: judgementLines(settings),
    onSilence: settings.balancer === "edge" ? "takes-back" : "stays",
    steps: [
      deployStep(settings, request),
      ...settings.release.steps.map((step) => canaryStep(settings, step)),
      ...(settings.release.approval ? [approvalStep(settings)] : []),
      switchStep(settings, request.oneWay),
      ...(settings.release.watchSeconds > 0 ? [watchStep(settings, request.oneWay)] : []),
      ...retireSteps(settings, request),
    ],
  };
}

function deployStep(settings: Settings, { image, digests = {}, ...request }: ReleaseRequest): Step {
  const to = otherColor(settings.activeColor);
  const bytes = digests[to] === undefined || image.includes(digests[to]) ? "" : ` (${digests[to]})`;
  const idle = settings.pools[to];
  const idleImage = request.idleImage ?? idle?.image ?? "";
  const live = settings.pools[settings.activeColor];
  // The new version gets the settings of now.
  const keep = `${to}.keep`;
  return {
    name: "deploy",
    kind: "deploy",
    title: shortImage(
      `${to} gets ${image}${bytes}, and no traffic${request.isSigned ? "; signature checked" : ""}`,
    ),
    config: [
      { key: `${to}.image`, value: image },
      // A color that was shrunk must be as strong as the one that it replaces.
      { key: `${to}.count`, value: String(live?.count ?? 1) },
      ...(idle?.keep ? [{ key: keep }] : []),
    ],
    undo: idle
      ? [
          { key: `${to}.image`, value: idleImage },
          { key: `${to}.count`, value: String(idle.count) },
          ...(idle.keep ? [{ key: keep, value: "true" }] : []),
        ]
      : [{ key: to }],
    undoTitle: idle ? shortImage(`${to} returns to ${idleImage}`) : `${to} is removed`,
  };
}

function canaryStep(settings: Settings, canary: CanaryStep): Step {
  const to = otherColor(settings.activeColor);
  const { weight, durationSeconds, minRequests } = canary;
  const lasts = `for ${durationSeconds} s and ${minRequests} requests of ${to}`;
  return {
    name: weight === 0 ? "testers" : `canary-${weight}`,
    kind: "canary",
    title:
      weight === 0
        ? `${to} passes its gate and serves testers, until it is promoted`
        : `${to} passes its gate and gets ${weight} %, ${lasts}`,
    config: [{ key: "canary.weight", value: String(weight) }],
    undo: canaryBefore(settings),
    undoTitle: `all users get ${settings.activeColor}`,
    canary,
  };
}

/** A canary with weight 0 in the config is there for testers, and stays. */
function canaryBefore({ canary }: Settings): readonly ConfigChange[] {
  return canary ? [{ key: "canary.weight", value: String(canary.weight) }] : [{ key: "canary" }];
}

function approvalStep(settings: Settings): Step {
  return {
    name: "approval",
    kind: "approval",
    title: "waits for: bluegreen promote",
    config: [],
    undo: settings.release.steps.length > 0 ? canaryBefore(settings) : [],
    undoTitle: `all users get ${settings.activeColor}`,
  };
}

function switchStep(settings: Settings, oneWay: string | undefined): Step {
  const from = settings.activeColor;
  const to = otherColor(from);
  const hasCanary = settings.release.steps.length > 0;
  const canary = hasCanary ? canaryBefore(settings) : [];
  // A rollback finds the old version with the settings that it was deployed with.
  const keep = `${from}.keep`;
  const wasKept = settings.pools[from]?.keep === true;
  return {
    name: "switch",
    kind: "switch",
    title: `${to} passes its gate and gets all traffic`,
    config: [
      { key: "activeColor", value: to },
      ...(wasKept ? [] : [{ key: keep, value: "true" }]),
      ...canary,
    ],
    undo: [{ key: "activeColor", value: from }, ...(wasKept ? [] : [{ key: keep }]), ...canary],
    undoTitle: oneWay === undefined ? `all users get ${from}` : `none: ${oneWay}`,
  };
}

function watchStep(settings: Settings, oneWay: string | undefined): Step {
  const from = settings.activeColor;
  const { undo, undoTitle } = switchStep(settings, oneWay);
  const seconds = settings.release.watchSeconds;
  return {
    name: "watch",
    kind: "watch",
    title: `${otherColor(from)} is judged for ${seconds} s`,
    config: [],
    undo,
    undoTitle,
    seconds,
  };
}

/** A color that is kept warm is retired later, by `bluegreen retire`. */
function retireSteps(settings: Settings, { digests = {} }: ReleaseRequest): Step[] {
  const from = settings.activeColor;
  const count = settings.pools[from]?.count ?? 0;
  const { idleCount, keepWarmMinutes } = settings.release;
  if (idleCount === undefined || keepWarmMinutes > 0 || idleCount >= count) return [];
  return [retireStep(settings, from, idleCount, digests)];
}
