import { COLORS, otherColor, type Color } from "../../../lib/color.ts";
import { MARKS } from "../../../components/openstack/balancerParts.ts";
import type { Ovh } from "../../../dev/emulators/openstack/ovh.ts";
import { CloudAccount } from "../../helpers/cloudStack.ts";
import { CloudProject } from "../../helpers/cloudProject.ts";
import type { EmulatedAccount } from "../../helpers/emulatedAccount.ts";
import { OpenStackClient } from "../../helpers/openstackClient.ts";
import type { FaultyCloud } from "../../helpers/switchedFleet.ts";
import { docker, type StackConfig, type TestStack } from "../../helpers/testStack.ts";
import { APP_COLOR_HEADER } from "../../helpers/traffic.ts";
import { campaignConfig, STORE_KEY } from "../campaign.ts";
import type { RouteView } from "../history.ts";
import { apiFaults, hostFaults, registryFaults } from "../kinds/hosts.ts";
import { PEOPLE_FAULTS } from "../kinds/people.ts";
import { CLOCK_FAULTS, PROCESS_FAULTS } from "../kinds/processes.ts";
import { STORE_FAULTS } from "../kinds/storeFaults.ts";
import { lookAtRoute, versionIn } from "../look.ts";
import type { CampaignTarget } from "../target.ts";
import { campaignImages } from "./local.ts";

/** An hour of releases would exceed an account's limit. */
const LIMITS = { perHour: 100_000 };

interface Place<Cloud extends FaultyCloud> {
  readonly name: string;
  readonly account: EmulatedAccount<Cloud>;
  readonly config: StackConfig;
  readonly edges: readonly string[];
  readonly hasCanary: boolean;
  readonly cutsKeptConnections?: boolean;
  /** Of the managed balancer, where there is no edge. */
  readonly managedRoute?: (stack: TestStack) => Promise<string>;
}

/** Two edges on droplets. */
export async function openDigitalOceanEdge(store: string): Promise<CampaignTarget> {
  const account = await CloudAccount.open({ limits: LIMITS });
  return open(store, {
    ...{ name: "digitalocean-edge", account, config: { balancer: "edge" } },
    ...{ edges: ["edge-1", "edge-2"], hasCanary: true },
  });
}

export async function openDigitalOceanManaged(store: string): Promise<CampaignTarget> {
  const account = await CloudAccount.open({ limits: LIMITS });
  return open(store, {
    ...{ name: "digitalocean-managed", account, config: {}, edges: [], hasCanary: false },
    managedRoute: async (stack) => {
      const droplets = await account.droplets(stack);
      const members = droplets.filter(({ isLive, isReady }) => isLive && isReady);
      const colors = COLORS.filter((color) => members.some(({ host }) => host.startsWith(color)));
      return `${colors[0] ?? "none"}:${colors.length > 1 ? 500 : 0}:off`;
    },
  });
}

export async function openOvhEdge(store: string): Promise<CampaignTarget> {
  return open(store, {
    ...{ name: "ovh-edge", account: await CloudProject.open(), edges: ["edge-1"], hasCanary: true },
    config: { balancer: "edge", edge: { hosts: 1 } },
  });
}

export async function openOctavia(store: string): Promise<CampaignTarget> {
  const account = await CloudProject.open();
  return open(store, {
    ...{ name: "ovh-octavia", account, edges: [], hasCanary: true, cutsKeptConnections: true },
    config: { edge: { colorHeader: APP_COLOR_HEADER } },
    managedRoute: () => octaviaRoute(account.cloud),
  });
}

async function open<Cloud extends FaultyCloud>(
  store: string,
  place: Place<Cloud>,
): Promise<CampaignTarget> {
  const { account, name, hasCanary, edges, config, managedRoute } = place;
  try {
    const images = await campaignImages();
    const good: string[] = [];
    for (const image of images.good) good.push(await account.push(image));
    const bad = await account.push(images.bad);
    const stack = await account.createStack(
      {
        ...campaignConfig(store, hasCanary),
        blue: { image: good[0], count: 1 },
        green: { image: good[1], count: 1 },
        ...config,
      },
      STORE_KEY,
    );
    await stack.mustUp();
    const container = (host: string) => containerOf(stack, host);
    const onHost = async (host: string, inner: string) =>
      ["exec", await container(host), "docker", "exec", inner] as const;
    const names = ["blue-1", "green-1", ...edges];
    return {
      ...{ name, stack, good, bad, hasCanary, takesBack: edges.length > 0 },
      url: String((await stack.outputs())["url"]),
      colorHeader: APP_COLOR_HEADER,
      cutsKeptConnections: place.cutsKeptConnections === true,
      faults: {
        ...PROCESS_FAULTS,
        ...CLOCK_FAULTS,
        ...STORE_FAULTS,
        ...PEOPLE_FAULTS,
        ...hostFaults({ names, container }),
        ...apiFaults(account.cloud),
        ...registryFaults(account.cloud.label),
      },
      routes: async () =>
        managedRoute
          ? [onlyInMemory(await managedRoute(stack))]
          : Promise.all(
              edges.map(async (edge) => lookAtRoute(...(await onHost(edge, stack.edge)))),
            ),
      version: async (color: Color) =>
        versionIn(...(await onHost(`${color}-1`, stack.container(color, 1)))),
      close: () => account.abandon(),
    };
  } catch (error) {
    await account.abandon();
    throw error;
  }
}

function onlyInMemory(memory: string): RouteView {
  return { memory, file: memory, record: memory, previous: "" };
}

async function containerOf({ name }: TestStack, host: string): Promise<string> {
  const filter = `name=^/?blue-green-${name}-${host}-`;
  const found = await docker("ps", "--all", "--filter", filter, "--format", "{{.Names}}");
  if (found === "") throw new Error(`there is no host ${host}`);
  return found.split("\n")[0]!;
}

interface Described {
  readonly id: string;
  readonly description: string;
}

/** By the pool that the users' listener points to; testers get the idle color. */
async function octaviaRoute(cloud: Ovh): Promise<string> {
  const client = await OpenStackClient.at(cloud);
  const list = async <T>(kind: string) =>
    (await client.ask<Record<string, T[]>>("GET", `/load-balancer/v2.0/lbaas/${kind}`)).body[
      kind
    ] ?? [];
  const [pools, listeners, policies] = await Promise.all([
    list<Described>("pools"),
    list<Described & { readonly default_pool_id: string }>("listeners"),
    list<Described & { readonly redirect_pool_id: string }>("l7policies"),
  ]);
  const colorOf = (pool: string | undefined) =>
    COLORS.find((color) =>
      pools.some(({ id, description }) => id === pool && description === MARKS.pool(color)),
    );
  const users = listeners.find(({ description }) => description === MARKS.listener);
  const active = colorOf(users?.default_pool_id);
  if (active) return `${active}:0:off`;
  const idle = colorOf(
    policies.find(({ description }) => description === MARKS.testers)?.redirect_pool_id,
  );
  return `${idle ? otherColor(idle) : "shared"}:500:on`;
}
