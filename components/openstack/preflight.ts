import { type RequiredHosts, requiredHosts } from "../cloud/requiredHosts.ts";
import type { Settings } from "../../settings/types.ts";
import {
  artifactProblems,
  type ContainerAccess,
  type SecretAccess,
  secretProblems,
} from "./access.ts";
import { INSTANCE_WORDS, type ObservedInstance } from "./instances.ts";
import { quotaProblems, type Quotas } from "./quotas.ts";

/** The fields of a flavor in Nova that matter here; memory in MB. */
export interface Flavor {
  readonly id: string;
  readonly name: string;
  readonly vcpus: number;
  readonly ram: number;
}

export type SeenInstance = Pick<ObservedInstance, "id" | "hostName" | "flavorId" | "isUnmade"> & {
  /** The image's name; undefined if the region no longer offers it. */
  readonly image?: string;
};

/** What is available to a project in its region, and what exists of the stack. */
export interface OpenStackAvailability {
  readonly flavors: readonly Flavor[];
  /** Names of images that are ready; duplicates are possible. */
  readonly images: readonly string[];
  /** Names of the external networks. */
  readonly externalNetworks: readonly string[];
  readonly hasBalancers: boolean;
  /** Names of Octavia's flavors. */
  readonly balancerFlavors: readonly string[];
  /** To `tls.secretRef`; undefined if it is not set or there is no key manager. */
  readonly secret?: SecretAccess;
  /** To `ovh.artifactContainer`; undefined if it is not set or the access is unknown. */
  readonly artifacts?: ContainerAccess;
  readonly quotas: Quotas;
  readonly instances: readonly SeenInstance[];
  readonly hasBalancer: boolean;
  /** Of the stack's own network; empty if it does not exist. */
  readonly ranges: readonly string[];
}

/** Everything that would make an `up` fail halfway. */
export function openStackProblems(
  settings: Settings,
  availability: OpenStackAvailability,
): string[] {
  const { flavor = "", servicesFlavor } = settings.ovh ?? {};
  const needs = requiredHosts(
    settings,
    { setting: "ovh.flavor", size: flavor },
    { setting: "ovh.servicesFlavor", size: servicesFlavor },
  );
  return [
    ...unmadeProblems(availability),
    ...new Set(needs.flatMap((need) => flavorProblems(need, availability))),
    ...imageProblems(settings, availability),
    ...networkProblems(settings, availability),
    ...rangeProblems(settings, availability),
    ...balancerProblems(settings, availability),
    ...secretProblems(settings, availability),
    ...artifactProblems(settings, availability),
    ...quotaProblems(settings, needs, availability),
  ];
}

/**
 * The provider counts these as created. Without this check an `up` would wait for their SSH as long as for
 * any booting host.
 */
function unmadeProblems({ instances }: OpenStackAvailability): string[] {
  return instances
    .filter(({ isUnmade }) => isUnmade)
    .map(
      ({ hostName, id }) =>
        `The cloud could not create the instance of ${hostName} (ERROR), usually for lack of capacity. ` +
        `Delete it and let pulumi up replace it:\n  ${INSTANCE_WORDS.deletion(id)}\n  pulumi up --refresh`,
    );
}

function flavorProblems(
  { setting, size }: RequiredHosts,
  { flavors }: OpenStackAvailability,
): string[] {
  if (flavors.some(({ name }) => name === size)) return [];
  return [
    notThere(
      setting,
      "flavor",
      size,
      flavors.map(({ name }) => name),
    ),
  ];
}

function imageProblems({ ovh }: Settings, { images }: OpenStackAvailability): string[] {
  const image = ovh?.image ?? "";
  const count = images.filter((name) => name === image).length;
  if (count === 1) return [];
  if (count === 0) return [notThere("ovh.image", "image", image, [...images].sort(debianFirst))];
  return [
    `ovh.image: the region has ${count} images named "${image}", but the name must be unique. Set ` +
      `another: pulumi config set --path ovh.image 'Debian 13'`,
  ];
}

function networkProblems({ ovh }: Settings, { externalNetworks }: OpenStackAvailability): string[] {
  const network = ovh?.externalNetwork ?? "";
  if (externalNetworks.includes(network)) return [];
  return [notThere("ovh.externalNetwork", "external network", network, externalNetworks)];
}

/** A subnet's range can't change; only an unused subnet can be replaced. */
function rangeProblems({ ovh }: Settings, availability: OpenStackAvailability): string[] {
  const [range] = availability.ranges;
  const wanted = ovh?.networkCidr ?? "";
  const isUsed = availability.instances.length > 0 || availability.hasBalancer;
  if (!isUsed || range === undefined || availability.ranges.includes(wanted)) return [];
  return [
    `ovh.networkCidr: must stay ${range}, got "${wanted}": hosts and balancer have their addresses in ` +
      `this range. Make a second stack, or destroy this one first.`,
  ];
}

function balancerProblems(
  { balancer, ovh }: Settings,
  availability: OpenStackAvailability,
): string[] {
  if (balancer !== "managed") return [];
  if (!availability.hasBalancers) {
    return [
      `balancer: ${ovh?.region} has no load balancers (Octavia). Use the edge (pulumi config set ` +
        `balancer edge), or another region`,
    ];
  }
  const { loadBalancerFlavor: flavor } = ovh ?? {};
  const problems: string[] = [];
  if (flavor !== undefined && !availability.balancerFlavors.includes(flavor)) {
    const setting = "ovh.loadBalancerFlavor";
    problems.push(notThere(setting, "load balancer flavor", flavor, availability.balancerFlavors));
  }
  return problems;
}

function notThere(setting: string, what: string, name: string, some: readonly string[]): string {
  const known = some.slice(0, 5).map((one) => `"${one}"`);
  const [first = "NAME"] = some;
  return (
    `${setting}: the region has no ${what} "${name}"; ` +
    `${known.length > 0 ? `it has: ${known.join(", ")}` : "it has none"}. ` +
    `Set it: pulumi config set --path ${setting} '${first}'`
  );
}

/** Hosts need apt. */
function debianFirst(one: string, other: string): number {
  const rank = (name: string) => (/^(debian|ubuntu)/i.test(name) ? 0 : 1);
  return rank(one) - rank(other) || one.localeCompare(other);
}
