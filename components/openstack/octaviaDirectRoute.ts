import type { Route } from "../../lib/route.ts";
import { UserError } from "../../lib/userError.ts";
import type { OpenStackAccount } from "../../settings/types.ts";
import { OpenStack } from "./api.ts";
import { balancerNamed, partsOfBalancer } from "./inProject.ts";
import { OctaviaListener } from "./octaviaListener.ts";
import { setOctaviaRoute } from "./setOctaviaRoute.ts";

/** Sets the route of Octavia's load balancer. @param name In the project. */
export async function setRouteOfOctavia(
  route: Route,
  account: OpenStackAccount,
  name: string,
): Promise<void> {
  const api = await OpenStack.open(account);
  const balancer = await balancerNamed(api, name);
  const parts = balancer && (await partsOfBalancer(api, balancer));
  if (!parts) throw new UserError(`The load balancer ${name} is not there.`);
  const listener = new OctaviaListener(api, parts);
  const { activeGate = "", canaryGate = "" } = (await listener.record()) ?? {};
  // As `pulumi up` names itself: a script of one that was killed stops, a later one goes on.
  const generation = new Date().toISOString();
  await setOctaviaRoute({ route, generation, activeGate, canaryGate }, listener);
}
