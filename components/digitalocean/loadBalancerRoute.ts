import { Api } from "./api.ts";
import { ManagedCloud } from "./managedCloud.ts";
import { stackDroplets } from "./stackDroplets.ts";
import { membersOf } from "./droplets.ts";
import { switchRoute } from "./switchRoute.ts";
import { stackTags } from "./tags.ts";
import type { Route } from "../../lib/route.ts";
import { UserError } from "../../lib/userError.ts";
import type { CloudRouteArgs } from "../cloud/cloudRoute.ts";

/** Sets the route of DigitalOcean's load balancer. */
export async function setLoadBalancer(
  { settings, names, url }: CloudRouteArgs,
  route: Route,
): Promise<void> {
  const { digitalocean, app, drainSeconds } = settings;
  if (!digitalocean) throw new Error("the target is not digitalocean");
  const tags = stackTags(names.stack);
  const api = new Api(digitalocean.account);
  const cloud = new ManagedCloud(api, tags, url + app.healthPath);
  const [record, droplets] = await Promise.all([cloud.record(), stackDroplets(api, tags)]);
  const members = membersOf(droplets, tags).filter(({ color }) => color === route.active);
  if (members.length === 0) {
    throw new UserError(`${route.active} has no droplets, so the route is as it was.`);
  }
  const wanted = {
    active: route.active,
    members: members.map(({ id }) => id),
    revision: Date.now(),
    gate: record?.gate ?? 0,
    drainSeconds,
  };
  await switchRoute(wanted, cloud);
}
