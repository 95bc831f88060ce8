import { OpenStack } from "./api.ts";
import { balancerNamed, partsOfBalancer } from "./inProject.ts";
import { OctaviaListener } from "./octaviaListener.ts";
import { setRoute } from "./setOctaviaRoute.ts";
import type { Route } from "../../lib/route.ts";
import { UserError } from "../../lib/userError.ts";
import type { CloudRouteArgs } from "../cloud/cloudRoute.ts";

/** Sets the route of an OpenStack cloud's load balancer. */
export async function setOctavia({ settings, names }: CloudRouteArgs, route: Route): Promise<void> {
  if (!settings.ovh) throw new Error("the target is not ovh");
  const api = await OpenStack.open(settings.ovh.account);
  const balancer = await balancerNamed(api, names.network);
  const parts = balancer && (await partsOfBalancer(api, balancer));
  if (!parts) throw new UserError(`The load balancer ${names.network} is not there.`);
  const listener = new OctaviaListener(api, parts);
  const { activeGate = "", canaryGate = "" } = (await listener.record()) ?? {};
  // As `pulumi up` names itself: a script of one that was killed stops, a later one goes on.
  const revision = new Date().toISOString();
  await setRoute({ route, revision, activeGate, canaryGate }, listener);
}
