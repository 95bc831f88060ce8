import { createServer } from "node:net";
import { access } from "node:fs/promises";
import { APP_REPOSITORY } from "../app/build.ts";
import { UserError } from "../lib/userError.ts";
import { DEFAULT_STACK, type DemoOptions } from "./options.ts";
import type { ConfigValue } from "./pulumi.ts";
import type { WhatRuns } from "./whatRuns.ts";

type Config = Readonly<Record<string, ConfigValue>>;

const BESIDE = "npm run demo -- --stack demo --port 9080 --preview-port 9081";

/** @throws UserError if `pulumi` would not find the project. */
export async function checkFolder(): Promise<void> {
  await access("Pulumi.yaml").catch(() => {
    throw new UserError("There is no Pulumi.yaml here. Run the demo in the project folder.");
  });
}

/** @throws UserError if the stack is not the demo's: it must not change a user's own release. */
export function checkStackIsDemo(stack: string, config: Config, remedy = beside()): void {
  const target = config["target"]?.value ?? "local";
  if (target !== "local") {
    throw new UserError(
      `The stack ${stack} has the target ${target}; the demo needs local.\n${remedy}`,
    );
  }
  for (const color of ["blue", "green"]) {
    const { image } = (config[color]?.objectValue ?? {}) as { readonly image?: string };
    if (image === undefined || image.startsWith(`${APP_REPOSITORY}:`)) continue;
    throw new UserError(
      `In the stack ${stack}, ${color} runs ${image}, not the demo's app.\n${remedy}`,
    );
  }
}

function beside(): string {
  return `Run the demo in another stack: ${BESIDE}`;
}

/** @throws UserError if another program uses the balancer's ports. */
export async function checkPorts(
  options: DemoOptions,
  config: Config,
  { ownPorts }: WhatRuns,
): Promise<void> {
  const edge = (config["edge"]?.objectValue ?? {}) as { port?: number; previewPort?: number };
  const port = options.port ?? edge.port ?? 8080;
  const previewPort = options.previewPort ?? edge.previewPort ?? 8081;
  const isUsed = async (candidate: number) =>
    !ownPorts.has(candidate) && !(await isFree(candidate));
  const used: number[] = [];
  for (const candidate of [port, previewPort]) if (await isUsed(candidate)) used.push(candidate);
  if (used.length === 0) return;
  const [free, freePreview] = await freePair(port);
  const stack = options.stack === DEFAULT_STACK ? "" : ` --stack ${options.stack}`;
  throw new UserError(
    `Another program on this machine listens on port ${used.join(" and port ")}.\n` +
      `Use free ports: npm run demo -- --port ${free} --preview-port ${freePreview}${stack}`,
  );
}

async function freePair(port: number): Promise<[number, number]> {
  for (let candidate = (port + 1000) % 64_000; ; candidate = (candidate + 1000) % 64_000) {
    const pair: [number, number] = [Math.max(candidate, 1024), Math.max(candidate, 1024) + 1];
    if ((await isFree(pair[0])) && (await isFree(pair[1]))) return pair;
    // Every candidate is taken; leave it to the user.
    if (candidate === port) return pair;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "0.0.0.0", exclusive: true }, () => {
      server.close(() => resolve(true));
    });
  });
}
