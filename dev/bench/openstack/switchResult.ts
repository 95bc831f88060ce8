import type { Call } from "../../emulators/http/callLog.ts";
import { isChange } from "../../../test/helpers/cloudProject.ts";
import { DRAIN_SECONDS } from "../cloud/fleet.ts";
import type { CloudSwitch, Moves } from "../cloud/moves.ts";
import { failedOf, firstFailures, staleOf, sum, switchRows, timeRow } from "../cloud/switchRows.ts";
import { monotonicAt } from "../clock.ts";
import { count, tenths } from "../format.ts";
import type { CloudSwitchParameters } from "../parameters.ts";
import { atMost, goalCells, none, type Result } from "../result.ts";
import { median } from "../statistics.ts";
import { totalOf } from "../traffic/log.ts";
import { type OvhWayKind, SHARES } from "./ways.ts";

type OvhMoves = Moves<OvhWayKind>;

/** Octavia reloads HAProxy for every change, see docs/ovh.md; as many of 10,000 may be cut off. */
const MOST_LOST = 10;

export function ovhSwitchResult(
  parameters: CloudSwitchParameters,
  all: readonly OvhMoves[],
): Result {
  const of = (balancer: OvhWayKind["balancer"]) =>
    all.filter(({ kind }) => kind.balancer === balancer);
  const ours = all.filter(({ kind }) => kind.isOurs);
  const failures = none("ovh-switch: failed requests, edge", sum(of("edge").map(failedOf)));
  const stale = none("ovh-switch: stale answers of ours", sum(ours.map(staleOf)));
  const lost = atMost(
    "ovh-switch: failed of 10,000 requests, Octavia",
    lostOf(of("Octavia")),
    MOST_LOST,
    tenths,
  );
  const { answers, times, calls } = switchRows(all, { failures, stale });
  const lastOld = (name: string, since: (one: CloudSwitch) => number) =>
    timeRow(
      all,
      `${name} to last old answer, p50`,
      (one, { seen }, turn) => seen[turn]!.lastOldAt - since(one),
    );
  const share = all.map((moves) => tenths(lostOf([moves])));
  return {
    title: "Switch of instances on OVH",
    method: method(parameters, all),
    head: ["", ...all.map(({ kind }) => kind.name), "goal", ""],
    rows: [
      ...answers,
      ["failed of 10,000 requests", ...share, ...goalCells(lost).slice(1)],
      ...times,
      lastOld("command", ({ startedAt }) => startedAt),
      lastOld("first API call", ({ calls: made }) => firstOf(made)),
      lastOld("first change", ({ calls: made }) => firstOf(made.filter(isChange))),
      calls,
      ["of them changes", ...all.map(({ switches }) => count(median(switches.map(changesOf))))],
    ],
    goals: [failures, lost, stale],
  };
}

/** When the first of them arrived; NaN where there was none. */
function firstOf(calls: readonly Call[]): number {
  return calls.length > 0 ? monotonicAt(Math.min(...calls.map(({ at }) => at))) : NaN;
}

function changesOf({ calls }: CloudSwitch): number {
  return calls.filter(isChange).length;
}

/** Of 10,000 requests. */
function lostOf(all: readonly OvhMoves[]): number {
  return (10_000 * sum(all.map(failedOf))) / sum(all.map(({ log }) => totalOf(log)));
}

function method(
  { hosts, traffic, switches, rivalSwitches }: CloudSwitchParameters,
  all: readonly OvhMoves[],
): string[] {
  return [
    `An emulated project: Octavia is HAProxy, reloaded for every change as an amphora is, 0.7 to 3 s from a ` +
      `change to ACTIVE, with no other change taken meanwhile. Each color has ${hosts} ` +
      `${hosts === 1 ? "instance" : "instances"}, all of them machines with systemd, sshd, Docker and cloud-init, with ` +
      `a static answer by HAProxy. ${count(traffic.ratePerSecond)} requests a second from ${traffic.workers} workers, half of ` +
      `them on new connections, go to the balancer's public address while the traffic is moved there and ` +
      `back, the same for each column, one column after the other; all of it shares this machine.`,
    `Ours, ${switches} of each: \`pulumi up --skip-preview\` with \`balancer: managed\` and \`drainSeconds: ` +
      `${DRAIN_SECONDS}\`, which is Octavia; the program alone that it starts for the switch, one change of the ` +
      `listener's default pool; the same program by the shares of a canary, ${SHARES.green.join(", ")} % and back by ` +
      `${SHARES.blue.join(", ")}, each as soon as the one before is in force; and with \`balancer: edge\`, in a second stack with two edges, \`pulumi up\` ` +
      `and its program, which sets an entry of HAProxy's map on both by SSH.`,
    `By hand, ${rivalSwitches} of each, as tutorials do it: Debian's HAProxy under systemd on one instance before ` +
      `the first stack's instances; \`sed -i\` on the line \`default_backend\` of its \`haproxy.cfg\` and ` +
      `\`systemctl reload haproxy\`, or \`restart\`, in one session of SSH. Nothing is asked before whether ` +
      `the new color is healthy, and nothing is drained.`,
    `A request has failed without a good answer within 10 s. Stale is an answer of the old color to a request ` +
      `begun after the command had ended; the backend itself names its color in the answer. The balancer has ` +
      `followed when the new color alone answers 20 requests in a row. Last old answer: when the last answer ` +
      `of the old color ended. A change is any call but a look or a login; an \`up\` begins with calls that look ` +
      `only. Longest gap: the longest time without a good answer. p99 is of good answers. ` +
      `The goal for failed requests is the edge's; Octavia has one of its own, see [what it promises](ovh.md#what-it-promises).`,
    ...firstFailures(all),
  ];
}
