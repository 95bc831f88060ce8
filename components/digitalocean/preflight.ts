import { type RequiredHosts, requiredHosts } from "../cloud/requiredHosts.ts";
import type { Settings } from "../../settings/types.ts";
import { type TlsAvailability, tlsProblems } from "./tlsPreflight.ts";

/** The parts of the vendor's responses that say what is available. */
export interface Availability {
  readonly sizes: readonly {
    readonly slug: string;
    readonly available: boolean;
    readonly regions: readonly string[];
    /** US dollars. */
    readonly price_monthly: number;
  }[];
  readonly regions: readonly { readonly slug: string; readonly available: boolean }[];
  readonly image: { readonly regions: readonly string[] } | undefined;
  /** Only what the settings need. */
  readonly tls: TlsAvailability;
  /** The account's limit, its droplets, and this stack's among them. */
  readonly dropletLimit: number;
  readonly droplets: number;
  readonly ownDroplets: number;
}

/** Everything that would make an `up` fail halfway. */
export function availabilityProblems(settings: Settings, availability: Availability): string[] {
  const { region = "", image = "" } = settings.digitalocean ?? {};
  const needs = dropletNeeds(settings);
  return [
    ...regionProblems(region, availability),
    ...imageProblems(image, region, availability),
    ...new Set(needs.flatMap((need) => sizeProblems(need, region, availability))),
    ...limitProblems(needs, availability),
    ...tlsProblems(settings.tls, availability.tls),
  ];
}

function dropletNeeds(settings: Settings): RequiredHosts[] {
  const { size = "", servicesSize } = settings.digitalocean ?? {};
  return requiredHosts(
    settings,
    { setting: "digitalocean.size", size },
    { setting: "digitalocean.servicesSize", size: servicesSize },
  );
}

function regionProblems(region: string, { regions }: Availability): string[] {
  if (regions.some(({ slug, available }) => slug === region && available)) return [];
  const open = regions.filter(({ available }) => available).map(({ slug }) => slug);
  return [
    `digitalocean.region: must be a region that accepts new droplets (${open.join(", ")}), got ` +
      `"${region}". Set it: pulumi config set --path digitalocean.region ${open[0] ?? "fra1"}`,
  ];
}

function imageProblems(image: string, region: string, availability: Availability): string[] {
  if (!availability.image) {
    return [
      `digitalocean.image: the account has no image "${image}". ` +
        `Set it: pulumi config set --path digitalocean.image debian-13-x64`,
    ];
  }
  if (availability.image.regions.includes(region)) return [];
  return [`digitalocean.image: "${image}" is not available in ${region}.`];
}

function sizeProblems(
  { setting, size }: RequiredHosts,
  region: string,
  { sizes }: Availability,
): string[] {
  const found = sizes.find(({ slug }) => slug === size);
  if (found?.available && found.regions.includes(region)) return [];
  const others = sizes.filter((one) => one.available && one.regions.includes(region));
  const some = others.slice(0, 5).map(({ slug }) => slug);
  return [
    `${setting}: "${size}" is ${found ? `not available in ${region}` : "not a size"}; available: ` +
      `${some.join(", ")}. Set it: pulumi config set --path ${setting} ${some[0] ?? "s-1vcpu-1gb"}`,
  ];
}

function limitProblems(needs: readonly RequiredHosts[], availability: Availability): string[] {
  const wanted = needs.reduce((sum, { hosts }) => sum + hosts.length, 0);
  const others = availability.droplets - availability.ownDroplets;
  if (others + wanted <= availability.dropletLimit) return [];
  return [
    `The account may have ${availability.dropletLimit} droplets and has ${others} besides this stack, which ` +
      `needs ${wanted}. Lower blue.count or green.count, or ask DigitalOcean for a higher limit.`,
  ];
}

/** A one-node load balancer, in US dollars a month, from the price list; the API does not have it. */
const BALANCER_MONTHLY = 12;

/** US dollars a month. */
export function monthlyCost(settings: Settings, { sizes }: Pick<Availability, "sizes">): number {
  const price = (size: string) => sizes.find(({ slug }) => slug === size)?.price_monthly ?? 0;
  const prices = dropletNeeds(settings).map(({ size, hosts }) => price(size) * hosts.length);
  const hosts = prices.reduce((sum, one) => sum + one, 0);
  const hasBalancer = settings.balancer === "managed" || settings.edge.hosts > 1;
  return Math.round((hosts + (hasBalancer ? BALANCER_MONTHLY : 0)) * 100) / 100;
}
