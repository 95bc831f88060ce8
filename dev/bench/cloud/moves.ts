import { setTimeout as sleep } from "node:timers/promises";
import { type Color, otherColor } from "../../../lib/color.ts";
import type { Call } from "../../emulators/http/callLog.ts";
import { COLOR_HEADER } from "../backend.ts";
import { monotonic } from "../clock.ts";
import { type CloudSwitchParameters, WINDOW_MS } from "../parameters.ts";
import { say } from "../progress.ts";
import { lookAt, type Switch, type SwitchSeen, type TrafficLog } from "../traffic/log.ts";
import { Traffic } from "../traffic/traffic.ts";
import { type CloudFleet, checkCalls } from "./fleet.ts";
import type { Way, WayKind } from "./way.ts";

export interface CloudSwitch extends Switch {
  /** When the balancer sent to the new color alone, and to every host of it. */
  readonly movedAt: number;
  /** Calls of the API while the command ran. */
  readonly calls: readonly Call[];
}

/** All switches of one way, under one load. */
export interface Moves<Kind extends WayKind<never> = WayKind<never>> {
  readonly kind: Kind;
  readonly log: TrafficLog;
  readonly switches: readonly CloudSwitch[];
  readonly seen: readonly SwitchSeen[];
}

/** A balancer with the vendor's default checks takes 55 s to let a host in. */
const MOVED_WITHIN_MS = 150_000;
const LOOK_MS = 250;

/** Moves one fleet in all these ways, one after the other, each under the same load. */
export async function measureWays<Fleet extends CloudFleet, Kind extends WayKind<Fleet>>(
  kinds: readonly Kind[],
  fleet: Fleet,
  parameters: CloudSwitchParameters,
): Promise<Moves<Kind>[]> {
  const moves: Moves<Kind>[] = [];
  for (const kind of kinds) moves.push(await measure(kind, fleet, parameters));
  checkCalls(fleet.account);
  return moves;
}

async function measure<Fleet extends CloudFleet, Kind extends WayKind<Fleet>>(
  kind: Kind,
  fleet: Fleet,
  { traffic, restSeconds, ...parameters }: CloudSwitchParameters,
): Promise<Moves<Kind>> {
  const way = await kind.open(fleet);
  const times = kind.isOurs ? parameters.switches : parameters.rivalSwitches;
  let from = way.active;
  await untilMoved(way, from);
  const asking = new Traffic({ url: way.url, ...traffic, colorHeader: COLOR_HEADER });
  await sleep(2 * WINDOW_MS);
  const switches: CloudSwitch[] = [];
  for (let turn = 1; turn <= times; turn++) {
    say(`${kind.name}: switch ${turn} of ${times}`);
    switches.push(await switchOnce(way, from, fleet, restSeconds));
    from = otherColor(from);
  }
  const log = await asking.stop();
  return { kind, log, switches, seen: switches.map((one) => lookAt(log, one)) };
}

async function switchOnce(
  way: Way,
  from: Color,
  { account: { cloud } }: CloudFleet,
  restSeconds: number,
): Promise<CloudSwitch> {
  const callsBefore = cloud.calls().length;
  const startedAt = monotonic();
  await way.moveTo(otherColor(from));
  const acknowledgedAt = monotonic();
  const calls = cloud.calls().slice(callsBefore);
  await untilMoved(way, otherColor(from));
  const movedAt = monotonic();
  await sleep(restSeconds * 1000);
  return { from, startedAt, acknowledgedAt, movedAt, until: monotonic(), calls };
}

async function untilMoved(way: Way, to: Color): Promise<void> {
  const deadline = monotonic() + MOVED_WITHIN_MS;
  while (!(await way.hasMovedTo(to))) {
    if (monotonic() > deadline) {
      throw new Error(
        `the balancer does not send to ${to} alone ${MOVED_WITHIN_MS / 1000} s later`,
      );
    }
    await sleep(LOOK_MS);
  }
}
