import { SERVICES_HOST } from "../../lib/naming.ts";
import type { RequiredHosts } from "../cloud/requiredHosts.ts";
import type { Settings } from "../../settings/types.ts";
import type { OpenStackAvailability } from "./preflight.ts";

/** Quotas by their names in messages; memory in MB. */
export const QUOTA_NAMES = [
  ...(["instances", "cores", "MB of memory", "ports", "floating IPs", "networks"] as const),
  ...(["routers", "security groups", "load balancers"] as const),
] as const;

export type QuotaName = (typeof QUOTA_NAMES)[number];

export interface Quota {
  readonly limit: number;
  readonly used: number;
}

/** Leaves out unlimited quotas and those that the project may not see. */
export type Quotas = Readonly<Partial<Record<QuotaName, Quota>>>;

/** Nova's `/limits`; -1 is no limit. */
export function computeQuotas(absolute: Readonly<Record<string, number>>): Quotas {
  const { maxTotalInstances, maxTotalCores, maxTotalRAMSize } = absolute;
  return limited({
    instances: [maxTotalInstances, absolute["totalInstancesUsed"]],
    cores: [maxTotalCores, absolute["totalCoresUsed"]],
    "MB of memory": [maxTotalRAMSize, absolute["totalRAMUsed"]],
  });
}

/** Neutron's `/quotas/<project>/details.json`. */
export function networkQuotas(
  quota: Readonly<Record<string, { readonly limit: number; readonly used: number }>>,
): Quotas {
  const of = (name: string) => [quota[name]?.limit, quota[name]?.used] as const;
  return limited({
    ports: of("port"),
    "floating IPs": of("floatingip"),
    networks: of("network"),
    routers: of("router"),
    "security groups": of("security_group"),
  });
}

/** @param quota Octavia's; older versions use another key. */
export function balancerQuotas(
  quota: Readonly<Record<string, number | null>>,
  used: number,
): Quotas {
  return limited({
    "load balancers": [quota["load_balancer"] ?? quota["loadbalancer"] ?? undefined, used],
  });
}

type Figures = readonly [limit: number | undefined, used: number | undefined];

function limited(figures: Readonly<Partial<Record<QuotaName, Figures>>>): Quotas {
  return Object.fromEntries(
    Object.entries(figures).flatMap(([name, [limit = -1, used = 0]]) =>
      limit < 0 ? [] : [[name, { limit, used }] as const],
    ),
  );
}

type ProjectState = Pick<OpenStackAvailability, "flavors" | "quotas" | "instances" | "hasBalancer">;

/** The quotas that the `up` would exceed. */
export function quotaProblems(
  settings: Settings,
  needs: readonly RequiredHosts[],
  availability: ProjectState,
): string[] {
  const wanted = additions(settings, needs, availability);
  return QUOTA_NAMES.flatMap((name) => {
    const quota = availability.quotas[name];
    const more = wanted[name] ?? 0;
    if (!quota || more === 0 || quota.used + more <= quota.limit) return [];
    return [
      `The project may have ${quota.limit} ${name} in ${settings.ovh?.region} and has ` +
        `${quota.used}; this stack needs ${more} more. Lower blue.count or green.count, remove unused ` +
        `ones, or ask the vendor for a higher quota.`,
    ];
  });
}

/** The network's own ports: its router's, its DHCP's and its balancer's. */
const NETWORK_PORTS = 3;

/**
 * What the `up` adds. A host keeps its floating IP. One with another flavor or image is replaced, with a new
 * port; deletions come last, so they free nothing. That of the services is never replaced.
 */
function additions(
  settings: Settings,
  needs: readonly RequiredHosts[],
  availability: ProjectState,
): Partial<Record<QuotaName, number>> {
  const flavorNamed = (size: string) => availability.flavors.find(({ name }) => name === size);
  const hosts = needs.flatMap(({ size, hosts }) =>
    hosts.map((hostName) => ({ hostName, flavor: flavorNamed(size) })),
  );
  const had = ({ hostName }: { readonly hostName: string }) =>
    availability.instances.find((instance) => instance.hostName === hostName);
  const fresh = hosts.filter((host) => !had(host));
  const image = settings.ovh?.image;
  const stays = (host: (typeof hosts)[number]) => {
    const before = had(host);
    if (!before) return false;
    // The cloud itself refuses another flavor that it has no room for, and keeps the one that runs.
    if (host.hostName === SERVICES_HOST) return true;
    return before.flavorId === host.flavor?.id && (before.image ?? image) === image;
  };
  const made = hosts.filter((host) => !stays(host));
  const sum = (of: "vcpus" | "ram") =>
    made.reduce((all, { flavor }) => all + (flavor?.[of] ?? 0), 0);
  const isFirst = availability.instances.length === 0;
  const hasNewServices = fresh.some(({ hostName }) => hostName === SERVICES_HOST);
  const hasOctavia = settings.balancer === "managed";
  return {
    instances: made.length,
    cores: sum("vcpus"),
    "MB of memory": sum("ram"),
    ports: made.length + (isFirst ? NETWORK_PORTS : 0),
    // One for each host, and one for users.
    "floating IPs": fresh.length + (isFirst ? 1 : 0),
    networks: isFirst ? 1 : 0,
    routers: isFirst ? 1 : 0,
    "security groups": (isFirst ? (hasOctavia ? 2 : 3) : 0) + (hasNewServices ? 1 : 0),
    "load balancers": hasOctavia && !availability.hasBalancer ? 1 : 0,
  };
}
