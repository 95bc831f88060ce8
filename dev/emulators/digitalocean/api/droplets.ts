import { actionView, actionsOf, begin } from "../cloud/actions.ts";
import { IMAGES, type Image, type Region, SIZES, type Size } from "../cloud/catalog.ts";
import { type Cloud, only, openRegion, timestamp } from "../cloud/cloud.ts";
import { membersChanged } from "../cloud/balancerLife.ts";
import { bringUp, takeDown } from "../cloud/dropletLife.ts";
import { firewallsOf } from "../cloud/firewallEffect.ts";
import { assign } from "../cloud/projects.ts";
import type { Action, Droplet, Vpc } from "../cloud/records.ts";
import { allocateAddresses } from "../cloud/vpcNetwork.ts";
import { unprocessable } from "../http/apiError.ts";
import { accepted, type Handlers, NO_CONTENT, ok, type Request } from "../http/handler.ts";
import { page } from "../http/page.ts";
import { dropletView } from "./dropletView.ts";
import { firewallView } from "./firewallView.ts";
import { vpcFor } from "./vpcs.ts";

interface DropletCreate {
  readonly name?: string;
  readonly names?: readonly string[];
  readonly region?: string;
  readonly size: string;
  readonly image: string | number;
  readonly tags?: readonly string[] | null;
  readonly user_data?: string;
  readonly vpc_uuid?: string;
  readonly monitoring?: boolean;
}

interface Choice {
  readonly region: Region;
  readonly size: Size;
  readonly image: Image;
  readonly vpc: Vpc;
}

const MOST_AT_ONCE = 10;
const USER_DATA_LIMIT = 64 * 1024;

export const dropletHandlers: Handlers = {
  droplets_list: (request, cloud) =>
    page(
      request,
      "droplets",
      listed(request, cloud).map((droplet) => dropletView(cloud, droplet)),
    ),
  droplets_create: async ({ body, url }, cloud) => {
    const order = body as DropletCreate;
    const names = order.names ?? [order.name ?? ""];
    const choice = choose(order, names, cloud);
    const made: { droplet: Droplet; action: Action }[] = [];
    for (const name of names) made.push(await createOne(name, order, choice, cloud));
    membersChanged(cloud);
    const actions = made.map(({ action: { id } }) => ({
      ...{ id, rel: "create", href: new URL(`/v2/actions/${id}`, url).href },
    }));
    const views = made.map(({ droplet }) => dropletView(cloud, droplet));
    return accepted({
      ...(order.names ? { droplets: views } : { droplet: views[0] }),
      links: { actions },
    });
  },
  droplets_destroy_byTag: ({ parameters }, cloud) => {
    for (const droplet of tagged(cloud, String(parameters["tag_name"]))) takeDown(cloud, droplet);
    return NO_CONTENT;
  },
  droplets_get: (request, cloud) => ok({ droplet: dropletView(cloud, dropletOf(request, cloud)) }),
  droplets_destroy: (request, cloud) => {
    takeDown(cloud, dropletOf(request, cloud));
    return NO_CONTENT;
  },
  droplets_list_firewalls: (request, cloud) => {
    const firewalls = firewallsOf(cloud, dropletOf(request, cloud));
    return page(request, "firewalls", firewalls.map(firewallView));
  },
  dropletActions_list: (request, cloud) => {
    const { id } = dropletOf(request, cloud);
    return page(request, "actions", actionsOf(cloud, "droplet", id).map(actionView));
  },
};

/** What the path names. @throws ApiError 404 */
export function dropletOf({ parameters }: Request, { droplets }: Cloud): Droplet {
  return only(droplets.get(Number(parameters["droplet_id"])));
}

function listed({ parameters }: Request, cloud: Cloud): Droplet[] {
  const { tag_name: tag, name, type } = parameters;
  if (tag !== undefined && (name !== undefined || type !== undefined)) {
    throw unprocessable("tag_name can not be combined with name or type.");
  }
  if (type === "gpus") return [];
  if (tag !== undefined) return tagged(cloud, String(tag));
  const all = [...cloud.droplets.values()];
  if (name === undefined) return all;
  return all.filter((it) => it.name.toLowerCase() === String(name).toLowerCase());
}

function tagged({ droplets }: Cloud, tag: string): Droplet[] {
  return [...droplets.values()].filter(({ tags }) => tags.has(tag));
}

function choose(order: DropletCreate, names: readonly string[], cloud: Cloud): Choice {
  if (names.length > MOST_AT_ONCE) {
    throw unprocessable(`You can create at most ${MOST_AT_ONCE} Droplets at a time.`);
  }
  if (cloud.droplets.size + names.length > cloud.options.limits.droplets) {
    throw unprocessable("creating this/these droplet(s) will exceed your droplet limit");
  }
  if (Buffer.byteLength(order.user_data ?? "") > USER_DATA_LIMIT) {
    throw unprocessable("User data must be at most 64 KiB.");
  }
  const region = openRegion(order.region ?? "nyc3");
  const size = SIZES.find(({ slug }) => slug === order.size);
  if (!size) throw unprocessable("You specified an invalid size for Droplet creation.");
  if (!size.regions.includes(region.slug)) {
    throw unprocessable("Size is not available in this region.");
  }
  const image = IMAGES.find(({ id, slug }) => id === order.image || slug === order.image);
  if (!image) throw unprocessable("You specified an invalid image for Droplet creation.");
  return { region, size, image, vpc: vpcFor(cloud, region, order.vpc_uuid) };
}

async function createOne(
  name: string,
  order: DropletCreate,
  choice: Choice,
  cloud: Cloud,
): Promise<{ droplet: Droplet; action: Action }> {
  const addresses = await allocateAddresses(cloud, choice.vpc);
  const id = cloud.newId();
  const createdAt = timestamp();
  const features = ["private_networking", ...(order.monitoring ? ["monitoring"] : [])];
  const droplet: Droplet = {
    ...{ id, name, ...choice, createdAt, userData: order.user_data ?? "", features, addresses },
    ...{ tags: new Set(order.tags ?? []), status: "new", locked: true, work: Promise.resolve() },
  };
  for (const tag of droplet.tags) cloud.tags.add(tag);
  cloud.droplets.set(id, droplet);
  choice.vpc.members.set(`do:droplet:${id}`, { name, createdAt });
  assign(cloud, cloud.defaultProject, `do:droplet:${id}`);
  const subject = { resourceType: "droplet", resourceId: id, region: choice.region } as const;
  const action = begin(cloud, "create", subject);
  bringUp(cloud, droplet, action);
  return { droplet, action };
}
