import { type Color, otherColor } from "../../lib/color.ts";
import { wantedRoute } from "../../lib/plan.ts";
import type { Settings } from "../../settings/types.ts";
import { UserError } from "../../lib/userError.ts";
import type { Journal } from "../store/journal.ts";
import { type Digests, digestProblem } from "./digests.ts";
import { planRelease } from "./plan.ts";
import type { PlanIdentity, ReleasePlan } from "./releasePlan.ts";
import { retireStep } from "./retireStep.ts";
import { startSteps } from "./startStep.ts";

/**
 * The color that gets the traffic in a rollback: the one that had it before the last release. A second
 * rollback does not undo the first, unless the other color was live in between, and none leads to an image that was
 * rolled back.
 *
 * @param configured The live color in the config.
 * @param idleImage Of the other color in the config; undefined if it can't be read.
 * @param hasMovedSince Whether another color has been configured since the last release, and taken back.
 * @throws UserError if the last release is one-way, or was rolled back already.
 */
export function rollbackTarget(
  last: Journal | undefined,
  configured: Color,
  idleImage: string | undefined,
  hasMovedSince = false,
): Color {
  if (isRolledBackTo(configured, last) && !hasMovedSince) {
    const at = new Date(last.startedAt).toISOString();
    throw new UserError(
      `The stack was already rolled back to ${configured} at ${at}. ` +
        `Return to ${otherColor(configured)}: bluegreen rollback --undo`,
    );
  }
  const wasUndone = last?.plan.kind === "release" && last.plan.to !== configured;
  if (wasUndone && last.plan.image === idleImage) {
    throw new UserError(
      `${last.plan.to} has ${idleImage}, which was rolled back: ${last.reason ?? last.outcome}.\n` +
        "Release another image: bluegreen release --image …",
    );
  }
  const isLast = last?.plan.kind === "release" && last.plan.to === configured;
  if (isLast && last.plan.oneWay !== undefined) {
    throw new UserError(
      `The release ${last.plan.id} is one-way: ${last.plan.oneWay}.\n` +
        "Release a fixed version: bluegreen release --image …",
    );
  }
  return otherColor(configured);
}

/** Whether the last release was a rollback to this color. */
export function isRolledBackTo(color: Color, last: Journal | undefined): last is Journal {
  return last?.plan.kind === "rollback" && last.plan.to === color;
}

/**
 * @param isRouted Whether the balancer is already set, which leaves nothing to undo.
 * @throws UserError if the color is not deployed.
 */
export function planRollback(
  settings: Settings,
  to: Color,
  identity: PlanIdentity,
  isRouted: boolean,
): ReleasePlan {
  const from = otherColor(to);
  const pool = settings.pools[to];
  if (!pool) {
    throw new UserError(
      `Can't roll back to ${to}: it has no image. Release one: bluegreen release --image …`,
    );
  }
  // After an interrupted rollback activeColor may name the target already.
  const back = { key: "activeColor", value: from };
  const weight = settings.canary && settings.canary.weight > 0;
  return {
    kind: "rollback",
    ...identity,
    image: pool.image,
    liveImage: settings.pools[from]?.image ?? "",
    from,
    to,
    before: { ...wantedRoute(settings), active: from },
    steps: [
      ...startSteps(settings, to),
      {
        name: "rollback",
        kind: "switch",
        title: `${to} gets all traffic, with ${pool.image}`,
        config: [
          { key: "activeColor", value: to },
          ...(weight ? [{ key: "canary.weight", value: "0" }] : []),
        ],
        undo: isRouted ? [] : [back],
        undoTitle: isRouted ? "none: the balancer is set already" : `all users get ${from}`,
      },
    ],
  };
}

/**
 * The traffic to a color as it is, and nothing else.
 *
 * @throws UserError if the color has the traffic already, or is not deployed.
 */
export function planSwitch(settings: Settings, to: Color, identity: PlanIdentity): ReleasePlan {
  const from = otherColor(to);
  const pool = settings.pools[to];
  if (settings.activeColor === to) {
    throw new UserError(`${to} has the traffic already. Show it: bluegreen status`);
  }
  if (!pool) {
    throw new UserError(
      `Can't switch to ${to}: it has no image. Release one: bluegreen release --image …`,
    );
  }
  return {
    kind: "switch",
    ...identity,
    image: pool.image,
    liveImage: settings.pools[from]?.image ?? "",
    from,
    to,
    before: wantedRoute(settings),
    steps: [
      ...startSteps(settings, to),
      {
        name: "switch",
        kind: "switch",
        title: `${to} passes its gate and gets all traffic, with ${pool.image}`,
        config: [{ key: "activeColor", value: to }],
        undo: [{ key: "activeColor", value: from }],
        undoTitle: `all users get ${from}`,
      },
    ],
  };
}

/**
 * Forward again, to the version that the last rollback left: a release without a deploy and a canary, judged
 * after its switch.
 *
 * @param digests What both colors have now.
 * @throws UserError if the last release was no rollback, or the version is not there any more.
 */
export function planUndo(
  settings: Settings,
  last: Journal | undefined,
  digests: Digests,
  identity: PlanIdentity,
): ReleasePlan {
  const live = settings.activeColor;
  const to = otherColor(live);
  const isRolledBack = last?.plan.kind === "rollback" && last.outcome === "rolled-back";
  if (!isRolledBack || last.plan.to !== live) {
    throw new UserError(
      "The last release of this stack was no rollback, so there is none to undo. List them: bluegreen history",
    );
  }
  const image = settings.pools[to]?.image;
  if (image !== last.plan.liveImage || digestProblem(to, last.digests ?? {}, digests)) {
    throw new UserError(
      `${to} has ${image ?? "no image"} now, and not what the rollback left: ${last.plan.liveImage}.\n` +
        `Release it: bluegreen release --image ${last.plan.liveImage}`,
    );
  }
  const release = { ...settings.release, steps: [], approval: false };
  const plan = planRelease({ ...settings, release }, { ...identity, image, digests });
  const steps = plan.steps.filter(({ kind }) => kind === "switch" || kind === "watch");
  return { ...plan, steps: [...startSteps(settings, to), ...steps] };
}

/**
 * @param digests What both colors have now.
 * @throws UserError if there is nothing to shrink, or the color is kept warm.
 */
export function planRetirement(
  settings: Settings,
  last: Journal | undefined,
  digests: Digests,
  identity: PlanIdentity,
  now: number,
): ReleasePlan {
  const live = settings.activeColor;
  const idle = otherColor(live);
  const pool = settings.pools[idle];
  const { idleCount, keepWarmMinutes } = settings.release;
  if (idleCount === undefined) {
    throw new UserError(
      "release.idleCount: must be set to the number of hosts that the idle color shrinks to. " +
        "Set it: pulumi config set --path release.idleCount 1",
    );
  }
  if (!pool || pool.count <= idleCount) {
    throw new UserError(
      `${idle} already has ${pool?.count ?? 0} hosts: there is nothing to retire.`,
    );
  }
  const until = (last?.endedAt ?? 0) + keepWarmMinutes * 60_000;
  if (now < until) {
    throw new UserError(
      `release.keepWarmMinutes: ${idle} is kept warm until ${new Date(until).toISOString()}, ` +
        `${keepWarmMinutes} minutes after the release. Wait, or: ` +
        "pulumi config set --path release.keepWarmMinutes 0",
    );
  }
  return {
    kind: "retire",
    ...identity,
    image: pool.image,
    liveImage: settings.pools[live]?.image ?? "",
    from: live,
    to: live,
    before: wantedRoute(settings),
    steps: [retireStep(settings, idle, idleCount, digests)],
  };
}
