import { digitalOceanEnvironment } from "../../../components/digitalocean/api.ts";
import type { SetRouteInput } from "../../../components/digitalocean/steps.ts";
import { type Color, otherColor } from "../../../lib/color.ts";
import { RouteScript } from "../../../test/helpers/routeScript.ts";
import { byProgram, byUp } from "../cloud/commands.ts";
import type { Way, WayKind } from "../cloud/way.ts";
import { byEdgeScript, byEdgeUp } from "./edgeWays.ts";
import type { Fleet } from "./fleet.ts";
import { type Checks, FASTEST_CHECKS, RivalBalancer, VENDOR_CHECKS } from "./rivalBalancer.ts";

/**
 * All ways that are compared, in the order of the table's columns; the first is what the others are
 * compared with. One more is one more entry: whatever its `open` makes ends with the fleet's account.
 */
export const WAYS: readonly WayKind<Fleet>[] = [
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
  return { ...(await ownBalancer(fleet)), moveTo: byUp(fleet.stack) };
}

async function byScript(fleet: Fleet): Promise<Way> {
  const { account, stack, ids } = fleet;
  const inputFor = (active: Color): Partial<SetRouteInput> => ({
    ...{ active, members: ids[active], generation: Date.now(), gate: Date.now() },
  });
  const program = await RouteScript.of(stack, digitalOceanEnvironment(account.cloud), inputFor);
  return { ...(await ownBalancer(fleet)), moveTo: byProgram(program) };
}

function byOnePut(checks: Checks): WayKind<Fleet>["open"] {
  return (fleet) => rival(fleet, checks, (balancer, color) => balancer.replaceMembers(color));
}

function byMoving(checks: Checks): WayKind<Fleet>["open"] {
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
