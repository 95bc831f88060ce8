import type { Color } from "../../../lib/color.ts";
import { CloudAccount } from "../../helpers/cloudStack.ts";
import { docker, type TestStack } from "../../helpers/testStack.ts";
import { APP_COLOR_HEADER } from "../../helpers/traffic.ts";
import { campaignConfig, STORE_KEY } from "../campaign.ts";
import { apiFaults, hostFaults, registryFaults } from "../kinds/hosts.ts";
import { PEOPLE_FAULTS } from "../kinds/people.ts";
import { CLOCK_FAULTS, PROCESS_FAULTS } from "../kinds/processes.ts";
import { STORE_FAULTS } from "../kinds/storeFaults.ts";
import { lookAtRoute, versionIn } from "../look.ts";
import type { CampaignTarget } from "../target.ts";
import { campaignImages } from "./local.ts";

/** An hour of releases would exceed an account's limit. */
const LIMITS = { perHour: 100_000 };
const EDGES = ["edge-1", "edge-2"];

/** Two edges and one host of each color on droplets. */
export async function openDigitalOceanEdge(store: string): Promise<CampaignTarget> {
  const account = await CloudAccount.open({ limits: LIMITS });
  try {
    return await open(account, store);
  } catch (error) {
    await account.abandon();
    throw error;
  }
}

async function open(account: CloudAccount, store: string): Promise<CampaignTarget> {
  const images = await campaignImages();
  const good: string[] = [];
  for (const image of images.good) good.push(await account.push(image));
  const bad = await account.push(images.bad);
  const [blue, green] = good;
  const stack = await account.createStack(
    {
      ...campaignConfig(store),
      balancer: "edge",
      blue: { image: blue, count: 1 },
      green: { image: green, count: 1 },
    },
    STORE_KEY,
  );
  await stack.mustUp();
  const container = (host: string) => containerOf(stack, host);
  const onHost = async (host: string, inner: string) =>
    ["exec", await container(host), "docker", "exec", inner] as const;
  return {
    ...{ name: "digitalocean-edge", stack, good, bad, takesBack: true },
    url: String((await stack.outputs())["url"]),
    colorHeader: APP_COLOR_HEADER,
    faults: {
      ...PROCESS_FAULTS,
      ...CLOCK_FAULTS,
      ...STORE_FAULTS,
      ...PEOPLE_FAULTS,
      ...hostFaults({ names: ["blue-1", "green-1", ...EDGES], container }),
      ...apiFaults(account.cloud),
      ...registryFaults(account.cloud.label),
    },
    routes: () =>
      Promise.all(EDGES.map(async (edge) => lookAtRoute(...(await onHost(edge, stack.edge))))),
    version: async (color: Color) =>
      versionIn(...(await onHost(`${color}-1`, stack.container(color, 1)))),
    close: () => account.abandon(),
  };
}

async function containerOf({ name }: TestStack, host: string): Promise<string> {
  const filter = `name=^/?blue-green-${name}-${host}-`;
  const found = await docker("ps", "--all", "--filter", filter, "--format", "{{.Names}}");
  if (found === "") throw new Error(`there is no host ${host}`);
  return found.split("\n")[0]!;
}
