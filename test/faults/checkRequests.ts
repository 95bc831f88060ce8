import { type FaultEntry, faultsIn, type TrialHistory } from "./history.ts";
import { type Violation, violation } from "./invariants.ts";

/** Of the campaign's stacks. */
export const DRAIN_SECONDS = 3;
/** Less what the clocks of Docker and of the load may differ. */
const DRAINED_MS = (DRAIN_SECONDS - 0.5) * 1000;

/** Requests that were lost without a fault that excuses it. */
export function requestViolations(history: TrialHistory): Violation[] {
  const { failures, requests, entries, cutsKeptConnections } = history;
  if (requests === 0) {
    return [violation("every request got one complete answer", "no request was sent")];
  }
  const cuts = faultsIn(entries);
  return failures
    .filter(({ startedAt, endedAt }) => !cuts.some((cut) => isCut(cut, startedAt, endedAt)))
    .filter(
      ({ kind, reason }) => !cutsKeptConnections || kind === "newConnection" || reason !== "reset",
    )
    .slice(0, 3)
    .map(({ kind, reason, status, startedAt }) =>
      violation(
        "every request got one complete answer",
        `${kind}: ${reason} ${status ?? ""}, begun ${new Date(startedAt).toISOString()}`,
      ),
    );
}

function isCut({ at, cutsUntil }: FaultEntry, startedAt: number, endedAt: number): boolean {
  return cutsUntil !== undefined && endedAt >= at && startedAt <= cutsUntil;
}

/** Containers that were stopped too early. What a fault stops was not drained. */
export function stopViolations({ stops, entries, answersBetween }: TrialHistory): Violation[] {
  const cuts = faultsIn(entries);
  return stops.flatMap(({ container, color, at }) => {
    if (cuts.some((cut) => isCut(cut, at, at))) return [];
    const answers = answersBetween(at - DRAINED_MS, at, color);
    if (answers === 0) return [];
    return [
      violation(
        "a container is drained before it is stopped",
        `${container} was stopped, and ${color} answered ${answers} requests that began less than ` +
          `${DRAINED_MS / 1000} s before`,
      ),
    ];
  });
}
