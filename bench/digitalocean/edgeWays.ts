import { fileURLToPath } from "node:url";
import { execa } from "execa";
import type { SetRoutesInput } from "../../components/haproxy/setRoutes.ts";
import type { Color } from "../../lib/color.ts";
import { parseRoute } from "../../lib/route.ts";
import { CloudAccount } from "../../test/helpers/cloudStack.ts";
import { docker, type TestStack } from "../../test/helpers/testStack.ts";
import { say } from "../progress.ts";
import { type Fleet, fleetConfig } from "./fleet.ts";
import type { Way } from "./ways.ts";

/** A droplet that runs an edge. */
interface EdgeDroplet {
  readonly name: string;
  readonly address: string;
  /** Of the emulated droplet. */
  readonly machine: string;
}

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** One more stack in the fleet's account, with an edge on two droplets; blue is live. */
export async function byEdgeUp(fleet: Fleet): Promise<Way> {
  const { stack, ...way } = await openEdge(fleet);
  return {
    ...way,
    async moveTo(color) {
      await stack.set({ activeColor: color });
      await stack.mustUp();
    },
  };
}

/** The switch's own program, as the resource `balancer-route` starts it. */
export async function byEdgeScript(fleet: Fleet): Promise<Way> {
  const { stack, edges, ...way } = await openEdge(fleet);
  return {
    ...way,
    async moveTo(color) {
      const now = new Date().toISOString();
      const input: SetRoutesInput = {
        route: { active: color, canaryWeight: 0, testers: false },
        hosts: edges.map(({ name, address }) => ({ name, address })),
        stack: `blue-green/${stack.name}`,
        container: stack.edge,
        revision: now,
        activeGate: now,
        canaryGate: now,
      };
      await execa("node", ["--import", "tsx", "components/haproxy/setRoutes.ts"], {
        cwd: ROOT,
        env: { SSH_SECRET: CloudAccount.SECRET },
        input: JSON.stringify(input),
      });
    },
  };
}

async function openEdge(fleet: Fleet) {
  const stack = await openStack(fleet);
  const edges = await edgesOf(fleet, stack);
  const routes = () => Promise.all(edges.map(({ machine }) => routeOn(machine, stack)));
  const { url } = await stack.outputs();
  const [now] = await routes();
  return {
    stack,
    edges,
    active: parseRoute(now ?? "")?.active ?? "blue",
    url: `${String(url)}/`,
    hasMovedTo: async (color: Color) =>
      (await routes()).every((route) => parseRoute(route)?.active === color),
  };
}

/** Both ways have the same stack. */
const stacks = new WeakMap<Fleet, Promise<TestStack>>();

function openStack(fleet: Fleet): Promise<TestStack> {
  const made = stacks.get(fleet) ?? makeStack(fleet);
  stacks.set(fleet, made);
  return made;
}

async function makeStack(fleet: Fleet): Promise<TestStack> {
  const stack = await fleet.account.createStack({ ...fleetConfig(fleet), balancer: "edge" });
  say("an edge on two droplets: first up");
  await stack.mustUp();
  return stack;
}

async function edgesOf({ account }: Fleet, stack: TestStack): Promise<EdgeDroplet[]> {
  const droplets = await account.droplets(stack);
  return droplets
    .filter(({ host }) => host.startsWith("edge"))
    .map(({ id, host, publicAddress }) => ({
      name: host,
      address: publicAddress,
      machine: `blue-green-${stack.name}-${host}-${id}`,
    }));
}

async function routeOn(machine: string, stack: TestStack): Promise<string> {
  const show = ["docker", "exec", stack.edge, "sh", "/edge/show-route"];
  return /^real=(.*)$/m.exec(await docker("exec", machine, ...show))?.[1] ?? "";
}
