import type { Color } from "../lib/color.ts";
import { takesTraffic } from "../lib/route.ts";
import type { Pulumi } from "./pulumi.ts";
import type { StackFile } from "./stackFile.ts";
import type { Steps } from "./steps.ts";
import type { WhatRuns } from "./whatRuns.ts";

export interface Start {
  readonly pulumi: Pulumi;
  readonly file: StackFile;
  readonly steps: Steps;
  readonly found: WhatRuns;
  /** The images of both versions. */
  readonly tags: Readonly<Record<"v1" | "v2", string>>;
}

/**
 * Gives blue the traffic and v1, whatever an earlier run or the user has left. A color that takes
 * traffic may not change, so green carries the traffic while blue changes.
 */
export async function blueTakesTraffic(start: Start): Promise<void> {
  const { found, file, pulumi, steps, tags } = start;
  const { route } = found;
  const isBlueRight = found.versions.blue.every((version) => version === "v1");
  const isBlueLive = route !== undefined && takesTraffic("blue", route);
  let isGreenLive = route !== undefined && takesTraffic("green", route);
  if (route && isBlueLive && !isBlueRight) {
    steps.say("blue takes traffic but does not run v1: green takes over in the meantime.");
    await agreeWithWhatRuns("blue", start);
    if (isGreenLive) await agreeWithWhatRuns("green", start);
    else await file.set("green.image", tags.v1);
    await moveTrafficTo("green", file, pulumi);
    isGreenLive = true;
  }
  if (route && isGreenLive) {
    steps.say("green takes traffic: blue gets v1, passes its checks, and takes over.");
    await agreeWithWhatRuns("green", start);
  }
  await file.set("blue.image", tags.v1);
  await file.set("activeColor", "blue");
  await file.unset("canary");
  if (route && isGreenLive) await pulumi.up();
}

/** Sets the config to the running version, in case the user changed it without an `up`. */
async function agreeWithWhatRuns(color: Color, { file, found, tags }: Start): Promise<void> {
  const [version] = found.versions[color];
  if (version === "v1" || version === "v2") await file.set(`${color}.image`, tags[version]);
}

async function moveTrafficTo(color: Color, file: StackFile, pulumi: Pulumi): Promise<void> {
  await file.set("activeColor", color);
  await file.unset("canary");
  await pulumi.up();
}

/** Whether the stack has a route or green containers. */
export function isUnderWay(found: WhatRuns): boolean {
  return found.route !== undefined || found.versions.green.length > 0;
}
