import { buildFaultyApp } from "../../helpers/faultyImage.ts";
import { buildApp } from "../../helpers/images.ts";
import { TestStack } from "../../helpers/testStack.ts";
import { campaignConfig, STORE_KEY } from "../campaign.ts";
import { LOCAL_FAULTS } from "../kinds/localContainers.ts";
import { PEOPLE_FAULTS } from "../kinds/people.ts";
import { CLOCK_FAULTS, PROCESS_FAULTS } from "../kinds/processes.ts";
import { STORE_FAULTS } from "../kinds/storeFaults.ts";
import { lookAtRoute, versionIn } from "../look.ts";
import { StopLog } from "../stopLog.ts";
import type { CampaignTarget } from "../target.ts";
import { BAD_VERSION } from "../history.ts";

/** A release fails three in ten requests. Its health path stays good. */
const BAD = { errors: 30 };

/** The three good versions and the bad one, as tags on this machine. */
export async function campaignImages(): Promise<{ good: string[]; bad: string }> {
  const good = [await buildApp("r0"), await buildApp("r1"), await buildApp("r2")];
  return { good, bad: await buildFaultyApp(BAD_VERSION, BAD) };
}

/** One edge and one container of each color on this machine. */
export async function openLocal(
  store: string,
  makeFolder?: () => Promise<string>,
): Promise<CampaignTarget> {
  const images = await campaignImages();
  const [blue = "", green = ""] = images.good;
  const stack = await TestStack.create(
    {
      ...campaignConfig(store),
      blue: { image: blue, count: 1 },
      green: { image: green, count: 1 },
    },
    STORE_KEY,
    makeFolder,
  );
  try {
    await stack.mustUp();
  } catch (error) {
    await stack.remove();
    throw error;
  }
  return {
    ...{ name: "local", stack, url: stack.url, colorHeader: "x-color" },
    ...{ ...images, takesBack: true },
    faults: {
      ...PROCESS_FAULTS,
      ...CLOCK_FAULTS,
      ...STORE_FAULTS,
      ...PEOPLE_FAULTS,
      ...LOCAL_FAULTS,
    },
    routes: async () => [await lookAtRoute("exec", stack.edge)],
    watchStops: () => new StopLog(stack),
    version: (color) => versionIn("exec", stack.container(color, 1)),
    close: () => stack.remove(),
  };
}
