import type { BalancerParts } from "./balancerParts.ts";
import { refuseOvertaken } from "./refuseOvertaken.ts";
import { setOctaviaRoute, type WantedRoute } from "./setOctaviaRoute.ts";
import { formatRoute } from "../../lib/route.ts";
import { accountFromEnvironment } from "./accountEnvironment.ts";
import { OpenStack } from "./api.ts";
import { OctaviaListener } from "./octaviaListener.ts";

export interface SetRouteInput extends WantedRoute {
  readonly parts: BalancerParts;
}

/** The step `octavia-route` of `OctaviaBalancer`: makes Octavia do what a route says; see `setRoute`. */
export async function setListenerRoute({ parts, ...wanted }: SetRouteInput): Promise<string> {
  // A call may be tried for minutes, and a later up may begin meanwhile.
  const stillAllowed = async () => refuseOvertaken(await listener.record(), wanted.generation);
  const api = await OpenStack.open(accountFromEnvironment(), stillAllowed);
  const listener: OctaviaListener = new OctaviaListener(api, parts);
  await setOctaviaRoute(wanted, listener);
  return formatRoute(wanted.route);
}
