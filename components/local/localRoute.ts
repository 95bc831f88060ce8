import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { setRouteCommand } from "../edge/manualCommands.ts";
import { parseRoute, type Route } from "../../lib/route.ts";
import { UserError } from "../../lib/userError.ts";
import type { DirectRoute } from "../service/directRoute.ts";

const run = promisify(execFile);
/** `set-route` waits ten seconds for hosts to be healthy, and thirty for another change to end. */
const DEADLINE_MS = 60_000;

/** An edge in a container on this machine. */
export function localRoute(container: string): DirectRoute {
  return {
    async look() {
      const said = await inEdge(container, "sh", "/edge/show-route");
      const route = parseRoute(/^real=(.*)$/m.exec(said)?.[1] ?? "");
      if (route) return route;
      throw new UserError(`${container} has no route that bluegreen knows. It says:\n${said}`);
    },
    async set(route) {
      const weight = String(route.canaryWeight);
      const words = ["sh", "/edge/set-route", route.active, weight, testersWord(route)];
      await inEdge(container, ...words).catch((error: Error) => {
        throw new UserError(`${error.message}\nBy hand: ${setRouteCommand(container, route)}`);
      });
    },
  };
}

/** Runs a script in the edge's container and gives what it prints. */
export function scriptInLocalEdge(container: string): (script: string) => Promise<string> {
  return (script) => inEdge(container, "sh", "-c", script);
}

function testersWord({ testers }: Route): "on" | "off" {
  return testers ? "on" : "off";
}

async function inEdge(container: string, ...words: readonly string[]): Promise<string> {
  const args = ["exec", container, ...words];
  try {
    return (await run("docker", args, { timeout: DEADLINE_MS, maxBuffer: 2 ** 24 })).stdout;
  } catch (error) {
    const { stderr = "", message } = error as { stderr?: string; message: string };
    throw new UserError(`The balancer ${container}: ${stderr.trim() || message}`);
  }
}
