import { type Color, COLORS, otherColor } from "../../lib/color.ts";
import { formatRoute, parseRoute, type Route, takesTraffic } from "../../lib/route.ts";
import { fencedListener, refuseOvertakenRoute } from "./fencedListener.ts";
import {
  doesAlready,
  type ListenerState,
  listenerTarget,
  type PoolName,
  realRoute,
} from "./listenerRoute.ts";
import type { ListenerRecord } from "./listenerRecord.ts";

/** The input of the route's step. */
export interface WantedRoute {
  readonly route: Route;
  /** Name the `up` that sets the route, and the gates that it passed. */
  readonly generation: string;
  readonly activeGate: string;
  readonly canaryGate: string;
}

/** A load balancer with our pools. Every change resolves once it has taken effect. */
export interface Listener {
  state(): Promise<ListenerState>;
  /** A part of the state, read often. */
  record(): Promise<ListenerRecord | undefined>;
  /** The names of a color's members, healthy and others. */
  members(color: Color): Promise<{ readonly online: string[]; readonly others: string[] }>;
  setWeights(weights: Readonly<Record<Color, number>>): Promise<void>;
  /** @param color Undefined for no rule. */
  setTesters(color: Color | undefined): Promise<void>;
  /** Does nothing without a preview. */
  setPreview(color: Color): Promise<void>;
  /** Both in one call. */
  setPointer(pointer: PoolName, record: ListenerRecord): Promise<void>;
  setRecord(record: ListenerRecord): Promise<void>;
  wait(ms: number): Promise<void>;
  now(): number;
  say(line: string): void;
}

/** The gate has passed, but the balancer's own checks may need a few rounds. */
const ONLINE_MS = 60_000;
const LOOK_MS = 1000;

/**
 * Sets a listener's route and reads it back. For users a switch is one call, which moves the pointer and
 * writes the record. A change of several calls is first recorded as begun.
 *
 * @throws Error if a color that would get traffic has no healthy member, if a later `up` has set the route,
 *   or if the balancer has another route afterwards.
 */
export async function setOctaviaRoute(wanted: WantedRoute, unfenced: Listener): Promise<void> {
  const listener = fencedListener(unfenced, wanted.generation);
  const before = await listener.state();
  refuseOvertakenRoute(before.record, wanted.generation);
  const target = listenerTarget(wanted.route, before.members);
  for (const color of COLORS) {
    if (takesTraffic(color, wanted.route)) await waitForMembers(color, listener);
  }
  const record = nextRecord(wanted, before, listener.now());
  // If a change did not take effect, the balancer does not do what Octavia reports.
  const isOneCall = !before.isBroken && doesAlready(target, { ...before, pointer: target.pointer });
  if (!isOneCall) {
    await listener.setRecord({ ...record, previous: realRoute(before) });
    if (target.weights) await listener.setWeights(target.weights);
    if (before.isBroken || before.testers !== target.testers) {
      await listener.setTesters(target.testers);
    }
  }
  // Before the record marks the change as complete.
  const idle = otherColor(wanted.route.active);
  if (before.isBroken || before.preview !== idle) await listener.setPreview(idle);
  await listener.setPointer(target.pointer, record);
  await readBack(wanted.route, listener);
}

async function waitForMembers(color: Color, listener: Listener): Promise<void> {
  const until = listener.now() + ONLINE_MS;
  for (;;) {
    const { online, others } = await listener.members(color);
    if (others.length === 0 && online.length > 0) return;
    if (listener.now() > until) {
      if (online.length === 0) {
        throw new Error(
          `The balancer finds no healthy host of ${color}, so the route is unchanged.`,
        );
      }
      listener.say(`The balancer finds these hosts of ${color} unhealthy: ${others.join(", ")}`);
      return;
    }
    await listener.wait(LOOK_MS);
  }
}

function nextRecord(wanted: WantedRoute, before: ListenerState, now: number): ListenerRecord {
  const was = parseRoute(realRoute(before));
  const lostAt = { ...(before.record?.lostAt ?? { blue: 0, green: 0 }) };
  for (const color of COLORS) {
    if (was && takesTraffic(color, was) && !takesTraffic(color, wanted.route)) lostAt[color] = now;
  }
  const { route, generation, activeGate, canaryGate } = wanted;
  return { route, generation, activeGate, canaryGate, lostAt };
}

async function readBack(wanted: Route, listener: Listener): Promise<void> {
  const real = realRoute(await listener.state());
  if (real === formatRoute(wanted)) return;
  throw new Error(
    `The balancer's route is ${real} after it was set to ${formatRoute(wanted)}: it was changed ` +
      `outside this program. Run pulumi up again.`,
  );
}
