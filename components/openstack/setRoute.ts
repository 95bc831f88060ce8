/**
 * Makes Octavia do what a route says; see `setRoute`. Run by `OctaviaBalancer` on this machine: the
 * account is in the environment, all else comes as JSON by standard input.
 */
import type { BalancerParts } from "../../lib/openstack/balancerParts.ts";
import { refuseOvertaken } from "../../lib/openstack/fence.ts";
import { setRoute, type WantedRoute } from "../../lib/openstack/setRoute.ts";
import { formatRoute } from "../../lib/route.ts";
import { runProgram } from "../runProgram.ts";
import { accountFromEnvironment } from "./account.ts";
import { OpenStack } from "./api.ts";
import { OctaviaListener } from "./octaviaListener.ts";

export interface SetRouteInput extends WantedRoute {
  readonly parts: BalancerParts;
}

await runProgram(async ({ parts, ...wanted }: SetRouteInput) => {
  // A call may be tried for minutes, and a later up may begin meanwhile.
  const stillAllowed = async () => refuseOvertaken(await listener.record(), wanted.revision);
  const api = await OpenStack.open(accountFromEnvironment(), stillAllowed);
  const listener: OctaviaListener = new OctaviaListener(api, parts);
  await setRoute(wanted, listener);
  return formatRoute(wanted.route);
});
