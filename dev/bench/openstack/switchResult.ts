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
      ["of these, changes", ...all.map(({ switches }) => count(median(switches.map(changesOf))))],
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
    `In an emulated project, Octavia is HAProxy, reloaded on every change as an amphora is. A change takes ` +
      `0.7 to 3 s to become ACTIVE, and no other change is accepted meanwhile. Each color has ${hosts} ` +
      `${hosts === 1 ? "instance" : "instances"}. All instances are machines with systemd, sshd, Docker and cloud-init, with ` +
      `a static answer from HAProxy. ${count(traffic.ratePerSecond)} requests a second from ${traffic.workers} workers, half of ` +
      `them on new connections, go to the balancer's public address while the traffic is moved back and ` +
      `forth, the same for each column, one column after the other. Everything shares this machine.`,
    `Ours, ${switches} switches each: \`pulumi up --skip-preview\` with \`balancer: managed\` and \`drainSeconds: ` +
      `${DRAIN_SECONDS}\`, which uses Octavia; the program that it starts for the switch, alone, which makes one change ` +
      `of the listener's default pool; the same program through the shares of a canary, ${SHARES.green.join(", ")} % and back ` +
      `through ${SHARES.blue.join(", ")}, each as soon as the one before is active; and, with \`balancer: edge\` in a second ` +
      `stack with two edges, \`pulumi up\` and its program, which sets a map entry in both HAProxys over SSH.`,
    `By hand, ${rivalSwitches} switches each, as in tutorials: Debian's HAProxy under systemd on one instance in front of ` +
      `the first stack's instances; \`sed -i\` on the line \`default_backend\` of its \`haproxy.cfg\`, then ` +
      `\`systemctl reload haproxy\` or \`restart\`, in one SSH session. It does not check first that the new ` +
      `color is healthy, and drains nothing.`,
    `A request has failed if it gets no good answer within 10 s. A stale answer is one from the old color to a ` +
      `request that started after the command had ended; the backend itself names its color in the answer. ` +
      `The balancer has followed when the new color alone answers 20 requests in a row. The last old answer ` +
      `counts at its end. A change is any API call other than a read or a login; an \`up\` starts with ` +
      `reads. The longest gap is the longest time without a good answer. p99 is of good answers. The goal for failed ` +
      `requests is the edge's; Octavia has a separate one, see [what it promises](ovh.md#what-it-promises).`,
    ...firstFailures(all),
  ];
}
