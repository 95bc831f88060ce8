import { type ApiServer, type ObservedInstance, observedInstances } from "./instances.ts";
import type { OpenStackAvailability, SeenInstance } from "./preflight.ts";
import type { OvhSettings, TlsSettings } from "../../settings/types.ts";
import { UserError } from "../../lib/userError.ts";
import { ApiError } from "../cloud/apiClient.ts";
import { OpenStack } from "./api.ts";
import { containerAccess } from "./access.ts";
import { balancerNamed, type ObservedBalancer, stackInstances, subnetRanges } from "./inProject.ts";
import { askAvailability, type Named } from "./availability.ts";

/** What the project offers, and which parts of the stack exist. */
export interface Discovery {
  readonly api: OpenStack;
  readonly availability: OpenStackAvailability;
  readonly instances: readonly ObservedInstance[];
  /** The stack's load balancer, if it exists. */
  readonly balancer?: ObservedBalancer;
  /** Ids of what the settings name; undefined if it does not exist, which `availability` reports. */
  readonly externalNetworkId?: string;
  readonly balancerFlavorId?: string;
  /** The region that the stack is in, if not the one in the settings. */
  readonly elsewhere?: string;
}

export interface Asked {
  readonly ovh: OvhSettings;
  /** `<project>/<stack>` */
  readonly stack: string;
  /** Name of the network, its subnet and the load balancer. */
  readonly network: string;
  readonly tls: TlsSettings | undefined;
}

/**
 * Reads the project, with all calls in parallel.
 *
 * @throws UserError if the account is refused, lacks permission or has no such region, or there is no
 *   answer.
 */
export async function discover(asked: Asked): Promise<Discovery> {
  try {
    const api = await OpenStack.open(asked.ovh.account);
    refuseRegion(api, asked.ovh.region);
    return await ask(api, asked);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new UserError(`${error.message}${remedy(error.status)}`);
  }
}

function remedy(status: number): string {
  if (status === 401) {
    return (
      "\nThe account is not accepted: user, password or project is wrong, or of another cloud. Load the " +
      "project's openrc file (OS_AUTH_URL, OS_USERNAME, OS_PASSWORD, OS_PROJECT_ID), or set openstack:*."
    );
  }
  if (status === 403) {
    return "\nThe user lacks a role; docs/ovh.md lists those that are needed.";
  }
  return "";
}

/** A region that does not exist answers no other call. */
function refuseRegion(api: OpenStack, region: string): void {
  const regions = api.regions("compute");
  if (regions.includes(region)) return;
  throw new UserError(
    `ovh.region: must be a region of the project (${regions.join(", ")}), got "${region}". ` +
      `Set it: pulumi config set --path ovh.region ${regions[0] ?? "GRA11"}`,
  );
}

async function ask(api: OpenStack, asked: Asked): Promise<Discovery> {
  const { ovh, stack, network, tls } = asked;
  const { artifactContainer } = ovh;
  const [instances, balancer, ranges, artifacts, availability] = await Promise.all([
    stackInstances(api, stack),
    balancerNamed(api, network),
    subnetRanges(api, network),
    artifactContainer === undefined ? undefined : containerAccess(api, artifactContainer),
    askAvailability(api, ovh.loadBalancerFlavor, tls),
  ]);
  const { images, externalNetworks, balancerFlavors } = availability;
  const networkId = idOf(ovh.externalNetwork, externalNetworks);
  const flavorId = idOf(ovh.loadBalancerFlavor, balancerFlavors);
  const isNowhere = instances.length === 0 && !balancer;
  const elsewhere = isNowhere ? await regionOf(api, ovh.region, stack) : undefined;
  return {
    api,
    availability: {
      ...availability,
      images: images.map((one) => one.name),
      externalNetworks: externalNetworks.map((one) => one.name),
      balancerFlavors: balancerFlavors.map((one) => one.name),
      instances: instances.map((instance) => withImage(instance, images)),
      hasBalancer: balancer !== undefined,
      ranges,
      ...(artifacts && { artifacts }),
    },
    instances,
    ...(balancer && { balancer }),
    ...(networkId !== undefined && { externalNetworkId: networkId }),
    ...(flavorId !== undefined && { balancerFlavorId: flavorId }),
    ...(elsewhere !== undefined && { elsewhere }),
  };
}

function withImage(instance: ObservedInstance, images: readonly Named[]): SeenInstance {
  const image = images.find(({ id }) => id === instance.imageId)?.name;
  return { ...instance, ...(image !== undefined && { image }) };
}

function idOf(wanted: string | undefined, all: readonly Named[]): string | undefined {
  return all.find(({ name }) => name === wanted)?.id;
}

/** The other region that has instances of the stack. A region that does not answer counts as empty. */
async function regionOf(
  api: OpenStack,
  region: string,
  stack: string,
): Promise<string | undefined> {
  const others = api.regions("compute").filter((other) => other !== region);
  const found = await Promise.all(
    others.map(async (other) => {
      const servers = await api
        .inRegion(other)
        .list<ApiServer>("compute", "/servers/detail", "servers")
        .catch(() => []);
      return observedInstances(stack, servers, [], []).length > 0;
    }),
  );
  return others.find((_, at) => found[at]);
}
