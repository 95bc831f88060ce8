import type { ApiDroplet } from "../../components/digitalocean/droplets.ts";
import { stackTags } from "../../components/digitalocean/tags.ts";
import { stackNames } from "../../lib/naming.ts";
import { PROJECT } from "../whatRuns.ts";
import { columns, type Holding, shortName } from "./holdings.ts";

/** The displayed fields from DigitalOcean's API. */
export interface DigitalOceanLists {
  readonly droplets: readonly ApiDroplet[];
  readonly balancers: readonly {
    readonly ip: string;
    readonly tag: string;
    readonly droplet_ids: readonly number[];
  }[];
  readonly firewalls: readonly {
    readonly name: string;
    readonly tags: readonly string[] | null;
    readonly inbound_rules: readonly { readonly ports: string }[];
  }[];
  readonly reservedIps: readonly {
    readonly ip: string;
    readonly droplet: { readonly id: number } | null;
  }[];
}

export function dropletHoldings(lists: DigitalOceanLists, stack: string): Holding[] {
  const { droplets, balancers, firewalls, reservedIps } = lists;
  const tags = stackTags(stackNames(PROJECT, stack).stack);
  const sorted = [...droplets].sort((one, other) => (one.name < other.name ? -1 : 1));
  const nameOf = (droplet: ApiDroplet) => shortName(droplet.name, stack);
  const named = (chosen: readonly ApiDroplet[]) =>
    chosen.length === 0 ? "none" : chosen.map(nameOf).join(", ");
  const behind = (ids: readonly number[]) => named(sorted.filter(({ id }) => ids.includes(id)));
  const shown = (tag: string) =>
    [...COLORED, "edge", "live", "ready"].find((word) => tag === `${tags.stack}:${word}`);
  return [
    {
      kind: "droplets",
      items: columns(
        sorted.map((droplet) => [
          nameOf(droplet),
          publicAddress(droplet),
          `tags ${droplet.tags.flatMap((tag) => shown(tag) ?? []).join(", ")}`,
        ]),
      ),
    },
    {
      kind: "load balancer",
      items: balancers.map(
        ({ ip, tag, droplet_ids }) =>
          `${ip}  sends requests to the tag ${shown(tag) ?? tag}: ${behind(droplet_ids)}`,
      ),
    },
    {
      kind: "reserved IP",
      items: reservedIps.map(({ ip, droplet }) => `${ip}  points to ${behind([droplet?.id ?? 0])}`),
    },
    {
      kind: "firewalls",
      items: columns(
        firewalls.map(({ name, tags: on, inbound_rules }) => [
          shortName(name, stack),
          `opens ${[...new Set(inbound_rules.map(({ ports }) => ports))].join(", ")}`,
          `on ${named(sorted.filter((droplet) => droplet.tags.some((tag) => on?.includes(tag))))}`,
        ]),
      ),
    },
  ];
}

const COLORED = ["blue", "green"];

function publicAddress({ networks }: ApiDroplet): string {
  return networks.v4.find(({ type }) => type === "public")?.ip_address ?? "";
}
