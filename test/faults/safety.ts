import type { LoadReport } from "../../load/index.ts";
import { type Action, BAD_VERSION, commandsIn, faultsIn, type TrialHistory } from "./history.ts";

/** Adds how long the bad version of an action reached users, if it did. */
export function withSafety(
  action: Action,
  entries: TrialHistory["entries"],
  report: LoadReport,
): Action {
  const { badColor, beganAt, endedAt } = action;
  if (badColor === undefined) return action;
  const isWithin = (at: number) => at >= beganAt && at <= endedAt;
  const failed = commandsIn(entries).flatMap(({ failedAt = 0 }) => failedAt);
  const faulted = faultsIn(entries).map(({ at }) => at);
  const danger = failed.find(isWithin) ?? faulted.filter(isWithin).sort((a, b) => a - b)[0];
  const last = report.lastAnswerOf(badColor, endedAt);
  const isDeployed = commandsIn(entries).some(
    ({ seenAt, world }) => isWithin(seenAt) && world.versions[badColor] === BAD_VERSION,
  );
  if (!isDeployed || danger === undefined || last === undefined || last < beganAt) return action;
  return { ...action, unsafeSeconds: Math.max(0, (last - danger) / 1000) };
}
