import { COLORS } from "../../lib/color.ts";
import type { MachineWords, ObservedMachine } from "../cloud/machines.ts";
import type { Api } from "./api.ts";
import type { Member } from "./switchRoute.ts";
import type { StackTags } from "./tags.ts";

/** The fields of a droplet in the API that matter here. */
export interface ApiDroplet {
  readonly id: number;
  readonly name: string;
  readonly tags: readonly string[];
  readonly region: { readonly slug: string };
  readonly networks: {
    readonly v4: readonly { readonly ip_address: string; readonly type: "public" | "private" }[];
  };
}

/** One droplet of the stack. */
export interface ObservedDroplet extends ObservedMachine {
  readonly id: number;
  readonly region: string;
  readonly tags: readonly string[];
}

export const DROPLET_WORDS: MachineWords = {
  one: "droplet",
  many: "droplets",
  account: "account",
  deletion: (id) => `doctl compute droplet delete ${id}`,
};

/** @returns undefined for a droplet with the stack's tag that is not one of its hosts. */
export function observedDroplet(
  { id, tags, region, networks }: ApiDroplet,
  names: StackTags,
): ObservedDroplet | undefined {
  const mark = names.host("");
  const hostName = tags.find((tag) => tag.startsWith(mark))?.slice(mark.length);
  if (hostName === undefined) return undefined;
  const color = COLORS.find((one) => tags.includes(names.color(one)));
  const publicAddress = networks.v4.find(({ type }) => type === "public")?.ip_address ?? "";
  return { id, hostName, publicAddress, region: region.slug, tags, ...(color && { color }) };
}

/** The droplets of both colors, as members of the managed balancer. */
export function membersOf(droplets: readonly ObservedDroplet[], names: StackTags): Member[] {
  return droplets.flatMap(({ id, color, tags }) =>
    color
      ? [{ id, color, isLive: tags.includes(names.live), isReady: tags.includes(names.ready) }]
      : [],
  );
}

/** All droplets of a stack. */
export async function stackDroplets(api: Api, names: StackTags): Promise<ObservedDroplet[]> {
  const query = `/v2/droplets?tag_name=${encodeURIComponent(names.stack)}`;
  const droplets = await api.list<ApiDroplet>(query, "droplets");
  return droplets.flatMap((droplet) => observedDroplet(droplet, names) ?? []);
}
