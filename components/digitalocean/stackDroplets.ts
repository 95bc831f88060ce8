import { type ApiDroplet, observedDroplet, type ObservedDroplet } from "./droplets.ts";
import type { StackTags } from "./tags.ts";
import type { Api } from "./api.ts";

/** All droplets of a stack. */
export async function stackDroplets(api: Api, names: StackTags): Promise<ObservedDroplet[]> {
  const query = `/v2/droplets?tag_name=${encodeURIComponent(names.stack)}`;
  const droplets = await api.list<ApiDroplet>(query, "droplets");
  return droplets.flatMap((droplet) => observedDroplet(droplet, names) ?? []);
}
