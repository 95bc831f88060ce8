import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { execa } from "execa";
import { gateProgram } from "../../components/service/gateProgram.ts";
import { scriptCall, scriptInput } from "../../lib/hostScript.ts";
import type { ScriptValues } from "../../lib/shell.ts";
import { type Color, otherColor } from "../../lib/color.ts";
import { EDGE_TAG } from "../setup/images.mjs";
import type { TestStack } from "../../test/helpers/testStack.ts";
import { addressOf } from "./backend.ts";
import { monotonic } from "./clock.ts";

/** What `scripts/route.sh` runs inside the balancer's container. */
export function setRouteCommand(color: Color): string[] {
  return ["sh", "/edge/set-route", color, "0", "off", "bench"];
}

export async function setRoute(edge: string, color: Color): Promise<void> {
  await execa("docker", ["exec", edge, ...setRouteCommand(color)]);
}

/** The route's host script as `pulumi up` runs it. */
export async function routeScript(stack: TestStack, color: Color): Promise<void> {
  const none = { ACTIVE_GATE: "", CANARY_GATE: "" };
  const route = { ACTIVE: color, CANARY_WEIGHT: 0, TESTERS: "off", GENERATION: "bench" };
  await hostScript("route.sh", { ...route, EDGE: stack.edge, ...none }, "");
}

/** The gate's host script as `pulumi up` runs it, for a color with one container. */
export async function gateScript(stack: TestStack, color: Color): Promise<void> {
  const container = stack.container(color, 1);
  const address = `${await addressOf(container)}:8000`;
  const checks = [{ path: "/health", status: 200, contains: "", json: {}, headers: {} }];
  const health = { timeoutSeconds: 20, intervalSeconds: 1 };
  const app = { healthHost: "localhost", healthHeaders: {} };
  const hosts = [{ name: color, container, address }];
  const program = gateProgram({ hosts, checks, app, health });
  await hostScript(
    ["causes.sh", "gate.sh"],
    {
      COLOR: color,
      STACK: `blue-green/${stack.name}`,
      NETWORK: `blue-green-${stack.name}`,
      EDGE_IMAGE: EDGE_TAG,
      GATE_SECONDS: health.timeoutSeconds,
      PORT: 8000,
      MIN_UPTIME: 0,
      CONTAINERS: `${color}|${container}`,
      SO: "",
    },
    program,
  );
}

async function hostScript(
  file: string | readonly string[],
  values: ScriptValues,
  input: string,
): Promise<void> {
  await execa("/bin/sh", ["-c", scriptCall("up")], { input: scriptInput(file, values, input) });
}

/** How long each turn took, in milliseconds; colors take turns, green first. */
export async function timeTurns(
  times: number,
  command: (color: Color) => Promise<unknown>,
): Promise<number[]> {
  const took: number[] = [];
  let color: Color = "green";
  for (let turn = 0; turn < times; turn++) {
    const start = monotonic();
    await command(color);
    took.push(monotonic() - start);
    color = otherColor(color);
  }
  return took;
}

/** Times commands given to a shell that stays open in the container: without `docker exec`. */
export async function timeInside(
  container: string,
  times: number,
  command: (color: Color) => readonly string[],
): Promise<number[]> {
  const shell = spawn("docker", ["exec", "--interactive", container, "sh"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const answers = createInterface({ input: shell.stdout })[Symbol.asyncIterator]();
  const took = await timeTurns(times, async (color) => {
    shell.stdin.write(`${command(color).join(" ")} >/dev/null; echo "ended $?"\n`);
    const answer = await answers.next();
    if (answer.value !== "ended 0") throw new Error(`${command(color).join(" ")} failed`);
  });
  shell.stdin.end();
  return took;
}
