import type { Availability } from "./preflight.ts";
import { type ObservedDroplet, stackDroplets } from "./droplets.ts";
import type { StackTags } from "./tags.ts";
import type { TlsAvailability } from "./tlsPreflight.ts";
import type { TlsSettings } from "../../settings/types.ts";
import { UserError } from "../../lib/userError.ts";
import { ApiError } from "../cloud/apiClient.ts";
import type { Api } from "./api.ts";

/** What the account offers, and what exists of the stack. */
export interface Discovery {
  readonly availability: Availability;
  readonly droplets: readonly ObservedDroplet[];
  /** The stack's load balancer, if it exists. */
  readonly balancer?: { readonly id: string; readonly region: string };
}

export interface Asked {
  /** The load balancer's name. */
  readonly balancer: string;
  readonly tags: StackTags;
  /** The image's slug. */
  readonly image: string;
  readonly tls: TlsSettings | undefined;
}

interface ApiBalancer {
  readonly id: string;
  readonly name: string;
  readonly region: { readonly slug: string };
}

/**
 * Asks the account, in parallel.
 *
 * @throws UserError if the token is not accepted or lacks a scope, or the API does not answer.
 */
export async function discover(api: Api, asked: Asked): Promise<Discovery> {
  try {
    return await ask(api, asked);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new UserError(`${error.message}${remedy(error.status)}`);
  }
}

function remedy(status: number): string {
  if (status === 401) {
    return "\nThe token is not accepted. Set a valid one: export DIGITALOCEAN_TOKEN=..., or pulumi config set --secret digitalocean:token";
  }
  if (status === 403) {
    return "\nThe token lacks a scope; docs/digitalocean.md lists the required ones.";
  }
  return "";
}

async function ask(api: Api, { balancer, tags, image, tls }: Asked): Promise<Discovery> {
  const [account, regions, sizes, found, total, balancers, droplets, forTls] = await Promise.all([
    api.get<{ account: { droplet_limit: number } }>("/v2/account"),
    api.list<Availability["regions"][number]>("/v2/regions", "regions"),
    api.list<Availability["sizes"][number]>("/v2/sizes", "sizes"),
    imageNamed(api, image),
    api.get<{ meta: { total: number } }>("/v2/droplets?per_page=1"),
    api.list<ApiBalancer>("/v2/load_balancers", "load_balancers"),
    stackDroplets(api, tags),
    askForTls(api, tls),
  ]);
  const own = balancers.find(({ name }) => name === balancer);
  return {
    availability: {
      regions,
      sizes,
      image: found,
      tls: forTls,
      dropletLimit: account.account.droplet_limit,
      droplets: total.meta.total,
      ownDroplets: droplets.length,
    },
    droplets,
    ...(own && { balancer: { id: own.id, region: own.region.slug } }),
  };
}

/** Asks only for what the settings need, to need no further scope. */
async function askForTls(api: Api, tls: TlsSettings | undefined): Promise<TlsAvailability> {
  const names = async (path: string) =>
    (await api.list<{ readonly name: string }>(`/v2/${path}`, path)).map(({ name }) => name);
  if (tls?.certificate !== undefined) return { certificates: await names("certificates") };
  return tls ? { domains: await names("domains") } : {};
}

async function imageNamed(api: Api, slug: string): Promise<Availability["image"]> {
  try {
    return (await api.get<{ image: { regions: string[] } }>(`/v2/images/${slug}`)).image;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}
