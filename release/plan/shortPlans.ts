import { type Color, otherColor } from "../../lib/color.ts";
import { wantedRoute } from "../../lib/plan.ts";
import type { Settings } from "../../settings/types.ts";
import { UserError } from "../../lib/userError.ts";
import type { Journal } from "../store/journal.ts";
import type { ReleasePlan } from "./types.ts";

type Named = Pick<ReleasePlan, "id" | "stack">;

/**
 * Where a rollback goes: to what had the traffic before the last release. A second one does not go back
 * to what the first has left, and none to an image that did not last.
 *
 * @param configured The live color by the config.
 * @param idleImage What the other one has.
 * @throws UserError where the last release can't go back, or has gone back already.
 */
export function rollbackTarget(
  last: Journal | undefined,
  configured: Color,
  idleImage: string | undefined,
): Color {
  if (last?.plan.kind === "rollback" && last.plan.to === configured) {
    const at = new Date(last.startedAt).toISOString();
    throw new UserError(
      `The stack was rolled back to ${configured} at ${at} already. To give the traffic to ` +
        `${otherColor(configured)} again: pulumi config set activeColor ${otherColor(configured)}, pulumi up`,
    );
  }
  const hasEndedBadly = last?.plan.kind === "release" && last.plan.to !== configured;
  if (hasEndedBadly && last.plan.image === idleImage) {
    throw new UserError(
      `${last.plan.to} has ${idleImage}, which was not kept: ${last.reason ?? last.outcome}.\n` +
        "Release another one: bluegreen release --image …",
    );
  }
  const isLast = last?.plan.kind === "release" && last.plan.to === configured;
  if (isLast && last.plan.oneWay !== undefined) {
    throw new UserError(
      `The release ${last.plan.id} said that there is no way back: ${last.plan.oneWay}.\n` +
        "Release a version that mends it: bluegreen release --image …",
    );
  }
  return otherColor(configured);
}

/**
 * @param isRouted Whether the balancer does it already, so that there is no way but on.
 * @throws UserError where the color is gone.
 */
export function planRollback(
  settings: Settings,
  to: Color,
  named: Named,
  isRouted: boolean,
): ReleasePlan {
  const from = otherColor(to);
  const pool = settings.pools[to];
  if (!pool) {
    throw new UserError(
      `There is nothing to go back to: ${to} has no image. Release one: bluegreen release --image …`,
    );
  }
  // An activeColor that names the target already is that of a rollback which was ended half-way.
  const back = { key: "activeColor", value: from };
  const weight = settings.canary && settings.canary.weight > 0;
  return {
    kind: "rollback",
    ...named,
    image: pool.image,
    liveImage: settings.pools[from]?.image ?? "",
    from,
    to,
    before: { ...wantedRoute(settings), active: from },
    steps: [
      {
        name: "rollback",
        kind: "switch",
        title: `${to} gets all traffic, with ${pool.image}`,
        config: [
          { key: "activeColor", value: to },
          ...(weight ? [{ key: "canary.weight", value: "0" }] : []),
        ],
        undo: isRouted ? [] : [back],
        undoTitle: isRouted ? "none: the balancer does it already" : `all users get ${from}`,
      },
    ],
  };
}

/** @throws UserError where there is nothing to shrink, or it is to stay warm. */
export function planRetirement(
  settings: Settings,
  last: Journal | undefined,
  named: Named,
  now: number,
): ReleasePlan {
  const live = settings.activeColor;
  const idle = otherColor(live);
  const pool = settings.pools[idle];
  const { idleCount, keepWarmMinutes } = settings.release;
  if (idleCount === undefined) {
    throw new UserError(
      "release.idleCount: says to how many hosts the idle color shrinks, but is not set. " +
        "Set it: pulumi config set --path release.idleCount 1",
    );
  }
  if (!pool || pool.count <= idleCount) {
    throw new UserError(`${idle} has ${pool?.count ?? 0} hosts already: nothing to retire.`);
  }
  const until = (last?.endedAt ?? 0) + keepWarmMinutes * 60_000;
  if (now < until) {
    throw new UserError(
      `release.keepWarmMinutes: ${idle} stays whole until ${new Date(until).toISOString()}, ` +
        `${keepWarmMinutes} minutes after the release. Wait, or: ` +
        "pulumi config set --path release.keepWarmMinutes 0",
    );
  }
  const count = (value: number) => [{ key: `${idle}.count`, value: String(value) }];
  return {
    kind: "retire",
    ...named,
    image: pool.image,
    liveImage: settings.pools[live]?.image ?? "",
    from: live,
    to: live,
    before: wantedRoute(settings),
    steps: [
      {
        name: "retire",
        kind: "retire",
        title: `${idle} shrinks from ${pool.count} to ${idleCount}`,
        config: count(idleCount),
        undo: count(pool.count),
        undoTitle: `${idle} has ${pool.count} again`,
      },
    ],
  };
}
