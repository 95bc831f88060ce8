import { formatRoute } from "../../lib/route.ts";
import { refuseOvertaken } from "./refuseOvertaken.ts";
import { type ManagedRoute, switchRoute } from "./switchRoute.ts";
import { stackTags } from "./tags.ts";
import { accountFromEnvironment } from "./accountEnvironment.ts";
import { Api } from "./api.ts";
import { ManagedCloud } from "./managedCloud.ts";

export interface SetRouteInput extends ManagedRoute {
  /** `<project>/<stack>` */
  readonly stack: string;
  /** The balancer's public URL with the app's health path. */
  readonly url: string;
}

/** The step `digitalocean-route` of `ManagedBalancer`: moves it to a color; see `switchRoute`. */
export async function setTagRoute({ stack, url, ...wanted }: SetRouteInput): Promise<string> {
  // A call may be tried for minutes, and a later up may begin meanwhile.
  const stillAllowed = () => refuseOvertaken(cloud, wanted.generation);
  const api = new Api(accountFromEnvironment(), stillAllowed);
  const cloud: ManagedCloud = new ManagedCloud(api, stackTags(stack), url);
  await switchRoute(wanted, cloud);
  return formatRoute({ active: wanted.active, canaryWeight: 0, testers: false });
}
