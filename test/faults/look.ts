import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { load } from "js-yaml";
import { COLORS } from "../../lib/color.ts";
import { eventually } from "../helpers/asking.ts";
import { docker, type TestStack } from "../helpers/testStack.ts";
import type { RouteView, World } from "./history.ts";
import type { CampaignStore } from "./stores.ts";
import type { CampaignTarget } from "./target.ts";

/** A machine that has just restarted takes its time. */
const LOOK_SECONDS = 120;

/** What stands now. @throws Error if a balancer can't be looked at */
export async function lookAround(target: CampaignTarget, store: CampaignStore): Promise<World> {
  const [routes, configured, isUnfinished, versions] = await Promise.all([
    eventually(
      "the balancers can be looked at",
      () => target.routes().catch((error: Error) => error),
      (seen) => !(seen instanceof Error),
      LOOK_SECONDS,
    ) as ReturnType<typeof target.routes>,
    configuredColor(target.stack),
    store.isUnfinished(),
    Promise.all(COLORS.map(async (color) => [color, await target.version(color)] as const)),
  ]);
  const known = versions.filter(([, version]) => version !== undefined);
  return { routes, configured, isUnfinished, versions: Object.fromEntries(known) };
}

/** The text of the stack file. */
export function stackFile({ folder, name }: TestStack): Promise<string> {
  return readFile(join(folder, `Pulumi.${name}.yaml`), "utf8");
}

async function configuredColor(stack: TestStack): Promise<string> {
  const file = load(await stackFile(stack)) as { config?: Record<string, unknown> };
  return String(file.config?.["blue-green:activeColor"]);
}

/**
 * The route of an edge as HAProxy has it.
 *
 * @param words What comes before a command in its container: `exec CONTAINER`.
 */
export async function lookAtRoute(...words: readonly string[]): Promise<RouteView> {
  const said = await docker(
    ...words,
    ...["sh", "-c", "sh /edge/show-route; cat /edge/route.map; cat /edge/route.record"],
  );
  const find = (line: RegExp) => line.exec(said)?.[1] ?? "";
  return {
    memory: find(/^real=(.*)$/m),
    file: followed(find(/^route (.*)$/m), Date.now()),
    record: find(/^route=(.*)$/m),
    previous: find(/^previous=(.*)$/m),
  };
}

/** The version that the app in a container reports, asked inside so that the route does not matter. */
export async function versionIn(...words: readonly string[]): Promise<string | undefined> {
  const program =
    "import json, urllib.request as u; print(json.load(u.urlopen('http://127.0.0.1:8000/health'))['version'])";
  return docker(...words, "python3", "-c", program).then(
    (text) => text.trim(),
    () => undefined,
  );
}

/** The route that HAProxy would follow by this entry: ROUTE, or ROUTE:FROM:UNTIL:FALLBACK. */
function followed(entry: string, now: number): string {
  const [active, weight, testers, from, until, ...fallback] = entry.split(":");
  if (until === undefined) return entry;
  const isGranted = now >= Number(from) * 1000 && now < Number(until) * 1000;
  return isGranted ? [active, weight, testers].join(":") : fallback.join(":");
}
