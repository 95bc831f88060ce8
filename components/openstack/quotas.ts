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
