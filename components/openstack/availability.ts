import type { SecretAccess } from "./access.ts";
import type { Flavor, OpenStackAvailability } from "./preflight.ts";
import { balancerQuotas, computeQuotas, networkQuotas, type Quotas } from "./quotas.ts";
import type { TlsSettings } from "../../settings/types.ts";
import { ApiError } from "../cloud/apiClient.ts";
import type { OpenStack } from "./api.ts";

/** A list entry in the cloud's API. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

type Asked = Omit<
  OpenStackAvailability,
  "images" | "externalNetworks" | "balancerFlavors" | "instances" | "hasBalancer" | "ranges"
> & {
  readonly images: readonly Named[];
  readonly externalNetworks: readonly Named[];
  readonly balancerFlavors: readonly Named[];
};

/** What is available to a project. @param balancerFlavor Undefined if none is set. */
export async function askAvailability(
  api: OpenStack,
  balancerFlavor: string | undefined,
  tls: TlsSettings | undefined,
): Promise<Asked> {
  const hasBalancers = api.has("load-balancer");
  const [flavors, images, networks, balancerFlavors, quotas, secret] = await Promise.all([
    api.list<Flavor>("compute", "/flavors/detail", "flavors"),
    api.list<Named>("image", "/images?status=active&limit=1000", "images"),
    api.list<Named>("network", "/networks?router:external=true", "networks"),
    hasBalancers && balancerFlavor !== undefined
      ? api.list<Named>("load-balancer", "/lbaas/flavors", "flavors")
      : [],
    askQuotas(api),
    askForSecret(api, tls),
  ]);
  return {
    flavors,
    images,
    externalNetworks: networks,
    hasBalancers,
    balancerFlavors,
    quotas,
    ...(secret && { secret }),
  };
}

async function askQuotas(api: OpenStack): Promise<Quotas> {
  const { projectId } = api;
  const [{ limits }, network, balancers] = await Promise.all([
    api.get<{ limits: { absolute: Parameters<typeof computeQuotas>[0] } }>("compute", "/limits"),
    ifAllowed(
      api.get<{ quota: Parameters<typeof networkQuotas>[0] }>(
        "network",
        `/quotas/${projectId}/details.json`,
      ),
    ),
    api.has("load-balancer") ? ifAllowed(askBalancerQuotas(api)) : undefined,
  ]);
  return {
    ...computeQuotas(limits.absolute),
    ...(network && networkQuotas(network.quota)),
    ...balancers,
  };
}

async function askBalancerQuotas(api: OpenStack): Promise<Quotas> {
  const [{ quota }, balancers] = await Promise.all([
    api.get<{ quota: Parameters<typeof balancerQuotas>[0] }>(
      "load-balancer",
      `/lbaas/quotas/${api.projectId}`,
    ),
    api.list("load-balancer", "/lbaas/loadbalancers?fields=id", "loadbalancers"),
  ]);
  return balancerQuotas(quota, balancers.length);
}

/** Some clouds show quotas only to operators; then only the `up` itself hits them. */
async function ifAllowed<T>(asking: Promise<T>): Promise<T | undefined> {
  return asking.catch((error: unknown) => {
    if (error instanceof ApiError && [403, 404].includes(error.status)) return undefined;
    throw error;
  });
}

/** Undefined if none is set, or the region has no Barbican. */
async function askForSecret(
  api: OpenStack,
  tls: TlsSettings | undefined,
): Promise<SecretAccess | undefined> {
  const path = tls?.secretRef?.split("/v1").at(-1);
  if (path === undefined || !api.has("key-manager")) return undefined;
  try {
    await api.get("key-manager", path);
    return "readable";
  } catch (error) {
    if (!(error instanceof ApiError) || ![403, 404].includes(error.status)) throw error;
    return error.status === 403 ? "forbidden" : "absent";
  }
}
