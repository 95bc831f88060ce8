import { CloudProject } from "../../../test/helpers/cloudProject.ts";
import { type CloudFleet, openCloudFleet } from "../cloud/fleet.ts";

/** Both colors on instances behind Octavia. */
export type Fleet = CloudFleet<CloudProject>;

/** The stacks' networks: each has a range that no other Docker network of this machine overlaps. */
export const NETWORKS = { octavia: "10.61.0.0/20", edge: "10.61.16.0/20" };

/** The smallest one will do, and a new project has no room for as many of the default one. */
export const FLAVOR = "d2-2";

/** Brings up as many real instances of each color, with blue live. */
export async function openFleet(hosts: number): Promise<Fleet> {
  const account = await CloudProject.open();
  return await openCloudFleet(account, hosts, placeIn(account, NETWORKS.octavia));
}

/** Of a stack's config: where in the cloud it is. */
export function placeIn({ cloud }: CloudProject, networkCidr: string) {
  const region = cloud.environment["OS_REGION_NAME"];
  return { ovh: { region, flavor: FLAVOR, networkCidr } };
}
