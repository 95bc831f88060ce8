import type { StackNames } from "../../lib/naming.ts";
import type { Route } from "../../lib/route.ts";
import { UserError } from "../../lib/userError.ts";
import type { DigitalOceanSettings, Settings } from "../../settings/types.ts";
import { Api } from "./api.ts";
import { membersOf, stackDroplets } from "./droplets.ts";
import { ManagedCloud } from "./managedCloud.ts";
import { switchRoute } from "./switchRoute.ts";
import { later } from "../../lib/generation.ts";
import { stackTags } from "./tags.ts";

/** Sets the route of DigitalOcean's load balancer. @param url The public URL. */
export async function setRouteOfLoadBalancer(
  { active }: Route,
  { account }: DigitalOceanSettings,
  { apps, drainSeconds }: Settings,
  names: StackNames,
  url: string,
): Promise<readonly string[]> {
  const tags = stackTags(names.stack);
  const api = new Api(account);
  const cloud = new ManagedCloud(api, tags, url + apps[active].healthPath);
  const [record, droplets] = await Promise.all([cloud.record(), stackDroplets(api, tags)]);
  const members = membersOf(droplets, tags).filter(({ color }) => color === active);
  if (members.length === 0) {
    throw new UserError(`${active} has no droplets, so the route is unchanged.`);
  }
  const wanted = {
    active,
    members: members.map(({ id }) => id),
    generation: later(Date.now(), record?.generation),
    gate: record?.gate ?? 0,
    drainSeconds,
  };
  await switchRoute(wanted, cloud);
  return [];
}
