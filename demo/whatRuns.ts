import { execa } from "execa";
import { observeLocal } from "../components/local/observeLocal.ts";
import type { Color } from "../lib/color.ts";
import { type StackNames, stackNames } from "../lib/naming.ts";
import { type Route, parseRoute } from "../lib/route.ts";
import { EDGE_TAG } from "../dev/setup/images.mjs";

export const PROJECT = "blue-green";

/** What Docker and the balancer report, regardless of config and state. */
export interface WhatRuns {
  readonly names: StackNames;
  /** Undefined if the balancer has never had a route. */
  readonly route?: Route;
  /** The versions of the example app that each color's containers run. */
  readonly versions: Readonly<Record<Color, readonly string[]>>;
  /** Ports that this stack's own balancer listens on. */
  readonly ownPorts: ReadonlySet<number>;
}

/** @throws UserError if Docker does not answer. */
export async function whatRuns(stack: string): Promise<WhatRuns> {
  const names = stackNames(PROJECT, stack);
  const { balancer } = await observeLocal(names, EDGE_TAG);
  const route = parseRoute(balancer.real ?? balancer.record?.route ?? "");
  const [blue, green] = await Promise.all([versionsOf("blue", names), versionsOf("green", names)]);
  return {
    names,
    ...(route && { route }),
    versions: { blue, green },
    ownPorts: await portsOf(names.edge),
  };
}

async function versionsOf(color: Color, names: StackNames): Promise<string[]> {
  const labels = [`blue-green.stack=${names.stack}`, `blue-green.color=${color}`];
  const filters = labels.flatMap((label) => ["--filter", `label=${label}`]);
  const ids = lines(await docker("ps", "--quiet", ...filters));
  if (ids.length === 0) return [];
  const format = "{{range .Config.Env}}{{println .}}{{end}}";
  const environment = lines(await docker("inspect", "--format", format, ...ids));
  const versions = environment.flatMap((line) => /^APP_VERSION=(.*)/.exec(line)?.[1] ?? []);
  return [...new Set(versions)];
}

async function portsOf(container: string): Promise<Set<number>> {
  const published = await docker("port", container);
  return new Set([...published.matchAll(/:(\d+)$/gm)].map((match) => Number(match[1])));
}

/** Everything with the stack's label, as `kind name`. */
export async function leftovers(names: StackNames): Promise<string[]> {
  const filter = ["--filter", `label=blue-green.stack=${names.stack}`, "--format"];
  const lists = await Promise.all([
    docker("ps", "--all", ...filter, "container {{.Names}}"),
    docker("network", "ls", ...filter, "network {{.Name}}"),
    docker("volume", "ls", ...filter, "volume {{.Name}}"),
  ]);
  return lists.flatMap(lines);
}

/** Standard output; empty if the command fails. */
async function docker(...args: readonly string[]): Promise<string> {
  const { stdout, failed } = await execa("docker", args, { reject: false, timeout: 30_000 });
  return failed ? "" : stdout;
}

function lines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}
