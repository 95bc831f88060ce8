import { fileURLToPath } from "node:url";
import { execa } from "execa";
import type { SetRouteInput } from "../../components/digitalocean/setRoute.ts";
import { type Color, otherColor } from "../../lib/color.ts";
import { byEdgeScript, byEdgeUp } from "./edgeWays.ts";
import { DRAIN_SECONDS, type Fleet } from "./fleet.ts";
import { type Checks, FASTEST_CHECKS, RivalBalancer, VENDOR_CHECKS } from "./rivalBalancer.ts";

/** How the traffic of a fleet can be moved, ready to be measured. */
export interface Way {
  /** Who has the traffic now. */
  readonly active: Color;
  /** Where users ask. */
  readonly url: string;
  /** Ends when whoever asked for the switch is told that it is done. */
  moveTo(color: Color): Promise<unknown>;
  /** Whether all new requests go to this color, and to every host of it. */
  hasMovedTo(color: Color): Promise<boolean>;
}

export interface WayKind {
  /** The head of its column. */
  readonly name: string;
  /** Its switches keep the promise that no request fails. */
  readonly isOurs: boolean;
  open(fleet: Fleet): Promise<Way>;
}

/**
 * All ways that are compared, in the order of the table's columns; the first is what the others are
 * compared with. One more is one more entry: whatever its `open` makes ends with the fleet's account.
 */
export const WAYS: readonly WayKind[] = [
  { name: "pulumi up", isOurs: true, open: byPulumiUp },
  { name: "switch script", isOurs: true, open: byScript },
  { name: "edge, pulumi up", isOurs: true, open: byEdgeUp },
  { name: "edge, switch script", isOurs: true, open: byEdgeScript },
  { name: "one PUT, fastest checks", isOurs: false, open: byOnePut(FASTEST_CHECKS) },
  { name: "one PUT, default checks", isOurs: false, open: byOnePut(VENDOR_CHECKS) },
  { name: "DELETE and POST, fastest", isOurs: false, open: byMoving(FASTEST_CHECKS) },
  { name: "DELETE and POST, default", isOurs: false, open: byMoving(VENDOR_CHECKS) },
];

async function byPulumiUp(fleet: Fleet): Promise<Way> {
  const { stack } = fleet;
  return {
    ...(await ownBalancer(fleet)),
    async moveTo(color) {
      await stack.set({ activeColor: color });
      await stack.mustUp();
    },
  };
}

/** The switch's own program, as the resource `balancer-route` starts it. */
async function byScript(fleet: Fleet): Promise<Way> {
  const { account, stack, ids, url } = fleet;
  const { token, url: api } = account.cloud;
  return {
    ...(await ownBalancer(fleet)),
    async moveTo(color) {
      const input: SetRouteInput = {
        stack: `blue-green/${stack.name}`,
        url: `${url}/health`,
        active: color,
        members: ids[color],
        drainSeconds: DRAIN_SECONDS,
        revision: Date.now(),
        gate: Date.now(),
      };
      await execa("node", ["--import", "tsx", "components/digitalocean/setRoute.ts"], {
        cwd: ROOT,
        env: { DIGITALOCEAN_API_URL: api, DIGITALOCEAN_TOKEN: token },
        input: JSON.stringify(input),
      });
    },
  };
}

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

function byOnePut(checks: Checks): WayKind["open"] {
  return (fleet) => rival(fleet, checks, (balancer, color) => balancer.replaceMembers(color));
}

function byMoving(checks: Checks): WayKind["open"] {
  return (fleet) =>
    rival(fleet, checks, (balancer, color) => balancer.moveMembers(otherColor(color), color));
}

async function rival(
  fleet: Fleet,
  checks: Checks,
  move: (balancer: RivalBalancer, color: Color) => Promise<void>,
): Promise<Way> {
  const name = `rival-${++rivals}`;
  const balancer = await RivalBalancer.open(fleet, name, checks);
  return {
    active: "blue",
    url: balancer.url,
    moveTo: (color) => move(balancer, color),
    hasMovedTo: (color) => sendsTo(fleet, balancer.id, color),
  };
}

let rivals = 0;

async function ownBalancer(fleet: Fleet): Promise<Omit<Way, "moveTo">> {
  const all = await fleet.account.list<{ id: string; name: string }>("load_balancers");
  const own = all.find(({ name }) => name === `blue-green-${fleet.stack.name}`);
  if (!own) throw new Error("The stack has no load balancer in its account.");
  const live = (await fleet.account.droplets(fleet.stack)).filter(({ isLive }) => isLive);
  return {
    active: live.some(({ id }) => fleet.ids.blue.includes(id)) ? "blue" : "green",
    url: `${fleet.url}/`,
    hasMovedTo: (color) => sendsTo(fleet, own.id, color),
  };
}

async function sendsTo(fleet: Fleet, balancer: string, color: Color): Promise<boolean> {
  const members = await fleet.account.cloud.healthyMembers(balancer);
  return [...members].sort().join() === [...fleet.ids[color]].sort().join();
}
