import { MARKS } from "../../../components/openstack/balancerParts.ts";
import type { Ovh } from "../../../dev/emulators/openstack/ovh.ts";
import { type Color, COLORS, otherColor } from "../../../lib/color.ts";
import { CloudProject } from "../../helpers/cloudProject.ts";
import { CloudAccount } from "../../helpers/cloudStack.ts";
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
  /** Hosts with an edge. Default: none, the balancer is managed. */
  readonly edges?: readonly string[];
  /** Default: true. */
  readonly hasCanary?: boolean;
  /** Default: false. */
  readonly cutsKeptConnections?: boolean;
  /** The route of a managed balancer, in an edge's words. */
  readonly managedRoute?: (stack: TestStack) => Promise<string>;
}

/** Two edges and one host of each color. */
export async function openDigitalOceanEdge(store: string): Promise<CampaignTarget> {
  const account = await CloudAccount.open({ limits: LIMITS });
  return open(store, {
    ...{ name: "digitalocean-edge", account, config: { balancer: "edge" } },
    edges: ["edge-1", "edge-2"],
  });
}

export async function openDigitalOceanManaged(store: string): Promise<CampaignTarget> {
  const account = await CloudAccount.open({ limits: LIMITS });
  return open(store, {
    ...{ name: "digitalocean-managed", account, config: {}, hasCanary: false },
    managedRoute: (stack) => tagRoute(account, stack),
  });
}

export async function openOvhEdge(store: string): Promise<CampaignTarget> {
  return open(store, {
    ...{ name: "ovh-edge", account: await CloudProject.open(), edges: ["edge-1"] },
    config: { balancer: "edge", edge: { hosts: 1 } },
  });
}

export async function openOctavia(store: string): Promise<CampaignTarget> {
  const account = await CloudProject.open();
  return open(store, {
    ...{ name: "ovh-octavia", account, cutsKeptConnections: true },
    config: { edge: { colorHeader: APP_COLOR_HEADER } },
    managedRoute: () => octaviaRoute(account.cloud),
  });
}

async function open<Cloud extends FaultyCloud>(
  store: string,
  place: Place<Cloud>,
): Promise<CampaignTarget> {
  const { account, name, edges = [], hasCanary = true, cutsKeptConnections = false } = place;
  try {
    const images = await campaignImages();
    const good: string[] = [];
    for (const image of images.good) good.push(await account.push(image));
    const bad = await account.push(images.bad);
    const [blue, green] = good;
    const stack = await account.createStack(
      {
        ...campaignConfig(store, hasCanary),
        blue: { image: blue, count: 1 },
        green: { image: green, count: 1 },
        ...place.config,
      },
      STORE_KEY,
    );
    await stack.mustUp();
    return {
      ...{ name, stack, good, bad, cutsKeptConnections, takesBack: edges.length > 0 },
      url: String((await stack.outputs())["url"]),
      colorHeader: APP_COLOR_HEADER,
      faults: faultsOf(account, stack, ["blue-1", "green-1", ...edges]),
      routes: () => routesOf(place, stack),
      version: async (color: Color) =>
        versionIn(...(await onHost(stack, `${color}-1`, stack.container(color, 1)))),
      close: () => account.abandon(),
    };
  } catch (error) {
    await account.abandon();
    throw error;
  }
}

function faultsOf(
  { cloud }: EmulatedAccount<FaultyCloud>,
  stack: TestStack,
  names: readonly string[],
) {
  const container = (host: string) => containerOf(stack, host);
  return {
    ...PROCESS_FAULTS,
    ...CLOCK_FAULTS,
    ...STORE_FAULTS,
    ...PEOPLE_FAULTS,
    ...hostFaults({ names, container }),
    ...apiFaults(cloud),
    ...registryFaults(cloud.label),
  };
}

async function routesOf(
  { edges = [], managedRoute }: Place<FaultyCloud>,
  stack: TestStack,
): Promise<readonly RouteView[]> {
  if (managedRoute) {
    const memory = await managedRoute(stack);
    return [{ memory, file: memory, record: memory, previous: "" }];
  }
  return Promise.all(
    edges.map(async (edge) => lookAtRoute(...(await onHost(stack, edge, stack.edge)))),
  );
}

async function onHost(stack: TestStack, host: string, inner: string) {
  return ["exec", await containerOf(stack, host), "docker", "exec", inner] as const;
}

async function containerOf({ name }: TestStack, host: string): Promise<string> {
  const filter = `name=^/?blue-green-${name}-${host}-`;
  const found = await docker("ps", "--all", "--filter", filter, "--format", "{{.Names}}");
  if (found === "") throw new Error(`there is no host ${host}`);
  return found.split("\n")[0]!;
}

/** DigitalOcean's balancer follows the tags of droplets; while a switch is on its way, both colors have them. */
async function tagRoute(account: CloudAccount, stack: TestStack): Promise<string> {
  const droplets = await account.droplets(stack);
  const members = droplets.filter(({ isLive, isReady }) => isLive && isReady);
  const colors = COLORS.filter((color) => members.some(({ host }) => host.startsWith(color)));
  return `${colors[0] ?? "none"}:${colors.length > 1 ? 500 : 0}:off`;
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
