import { APP_REPOSITORY, buildCommand, buildImage } from "../app/build.ts";
import type { Interruption } from "./interruption.ts";
import { DEFAULT_STACK } from "./options.ts";
import type { Steps } from "./steps.ts";

export const VERSIONS = ["v1", "v2"] as const;

/** One image for each version of the example app. */
export type Images = Readonly<Record<(typeof VERSIONS)[number], string>>;

/** Each stack has its own tags, so removing one does not affect the others. */
export function imageTags(stack: string): Images {
  const suffix = stack === DEFAULT_STACK ? "" : `-${stack}`;
  return { v1: `${APP_REPOSITORY}:v1${suffix}`, v2: `${APP_REPOSITORY}:v2${suffix}` };
}

export async function buildImages(
  tags: Images,
  steps: Steps,
  interruption: Interruption,
): Promise<void> {
  await steps.step("Build the example app twice, as v1 and v2", async () => {
    for (const version of VERSIONS) {
      const tag = tags[version];
      steps.command(buildCommand(tag, version));
      await steps.during(buildImage(tag, version));
      interruption.check();
    }
    return "two images that differ only in their version";
  });
}
