import { membersChanged } from "../cloud/balancerLife.ts";
import { type Cloud, only } from "../cloud/cloud.ts";
import { firewallsChanged } from "../cloud/firewallEffect.ts";
import type { Droplet } from "../cloud/records.ts";
import { notFound, unprocessable } from "../http/apiError.ts";
import {
  created,
  type Handler,
  type Handlers,
  NO_CONTENT,
  ok,
  type Request,
} from "../http/handler.ts";
import { page } from "../http/page.ts";

interface Resources {
  readonly resources: readonly { readonly resource_id: string; readonly resource_type: string }[];
}

export const tagHandlers: Handlers = {
  tags_list: (request, cloud) =>
    page(
      request,
      "tags",
      [...cloud.tags].map((tag) => tagView(cloud, tag)),
    ),
  tags_create: ({ body }, cloud) => {
    const { name } = body as { name?: string };
    if (!name) throw unprocessable("Name can't be blank.");
    cloud.tags.add(name);
    return created({ tag: tagView(cloud, name) });
  },
  tags_get: (request, cloud) => ok({ tag: tagView(cloud, tagOf(request, cloud)) }),
  tags_delete: (request, cloud) => {
    const tag = tagOf(request, cloud);
    cloud.tags.delete(tag);
    for (const { tags } of cloud.droplets.values()) tags.delete(tag);
    for (const firewall of cloud.firewalls.values()) {
      firewall.tags = new Set([...firewall.tags].filter((it) => it !== tag));
    }
    tagsChanged(cloud);
    return NO_CONTENT;
  },
  tags_assign_resources: changing((droplet, tag) => droplet.tags.add(tag)),
  tags_unassign_resources: changing((droplet, tag) => droplet.tags.delete(tag)),
};

/** All named droplets or, where one does not exist, none. */
function changing(change: (droplet: Droplet, tag: string) => void): Handler {
  return (request, cloud) => {
    const tag = tagOf(request, cloud);
    const droplets = (request.body as Resources).resources.map((it) => {
      if (it.resource_type !== "droplet")
        throw unprocessable(`${it.resource_type} is not emulated.`);
      const droplet = cloud.droplets.get(Number(it.resource_id));
      if (!droplet) throw notFound();
      return droplet;
    });
    for (const droplet of droplets) change(droplet, tag);
    tagsChanged(cloud);
    return NO_CONTENT;
  };
}

function tagsChanged(cloud: Cloud): void {
  membersChanged(cloud);
  firewallsChanged(cloud);
}

function tagOf({ parameters }: Request, { tags }: Cloud): string {
  const name = String(parameters["tag_id"]);
  return only(tags.has(name) ? name : undefined);
}

function tagView({ droplets }: Cloud, name: string): object {
  const tagged = [...droplets.values()].filter(({ tags }) => tags.has(name));
  const last = tagged.at(-1);
  const none = { count: 0 };
  const counted = {
    count: tagged.length,
    ...(last && { last_tagged_uri: `https://api.digitalocean.com/v2/droplets/${last.id}` }),
  };
  const others = { images: none, volumes: none, volume_snapshots: none, databases: none };
  return { name, resources: { ...counted, droplets: counted, ...others } };
}
