import type { Color } from "../../../lib/color.ts";
import { parseRoute } from "../../../lib/route.ts";
import { docker, type TestStack } from "../../../test/helpers/testStack.ts";
import { byProgram, byUp, edgeProgram, edgeStack } from "../cloud/commands.ts";
import { oncePerFleet } from "../cloud/fleet.ts";
import type { Way } from "../cloud/way.ts";
import type { Fleet } from "./fleet.ts";

/** One more stack in the fleet's account, with an edge on two droplets; blue is live. */
export async function byEdgeUp(fleet: Fleet): Promise<Way> {
  const { stack, ...way } = await openEdge(fleet);
  return { ...way, moveTo: byUp(stack) };
}

export async function byEdgeScript(fleet: Fleet): Promise<Way> {
  const { stack, ...way } = await openEdge(fleet);
  return { ...way, moveTo: byProgram(await edgeProgram(stack)) };
}

async function openEdge(fleet: Fleet) {
  const stack = await openStack(fleet);
  const edges = await edgesOf(fleet, stack);
  const routes = () => Promise.all(edges.map((machine) => routeOn(machine, stack)));
  const { url } = await stack.outputs();
  const [now] = await routes();
  return {
    stack,
    active: parseRoute(now ?? "")?.active ?? "blue",
    url: `${String(url)}/`,
    hasMovedTo: async (color: Color) =>
      (await routes()).every((route) => parseRoute(route)?.active === color),
  };
}

/** Both ways have the same stack. */
const openStack = oncePerFleet((fleet: Fleet) => edgeStack(fleet));

/** The machines of the emulated droplets that run an edge. */
async function edgesOf({ account }: Fleet, stack: TestStack): Promise<string[]> {
  const droplets = await account.droplets(stack);
  return droplets
    .filter(({ host }) => host.startsWith("edge"))
    .map(({ id, host }) => `blue-green-${stack.name}-${host}-${id}`);
}

async function routeOn(machine: string, stack: TestStack): Promise<string> {
  const show = ["docker", "exec", stack.edge, "sh", "/edge/show-route"];
  return /^real=(.*)$/m.exec(await docker("exec", machine, ...show))?.[1] ?? "";
}
