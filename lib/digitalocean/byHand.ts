import { DEPLOY_USER } from "../cloudInit.ts";
import { otherColor } from "../color.ts";
import { setRouteByHand } from "../haproxy/byHand.ts";
import type { BalancerByHand } from "../observation.ts";
import type { ObservedDroplet } from "./droplets.ts";
import type { StackTags } from "./tags.ts";

/** A load balancer whose members are a tag. */
export function managedByHand(name: string, tags: StackTags): BalancerByHand {
  return {
    name,
    setRoute: ({ active }) =>
      `in DigitalOcean's control panel, give the tags ${tags.live} and ${tags.ready} to the droplets ` +
      `of ${active}, and take them off those of ${otherColor(active)}`,
    mend: "Look at it in DigitalOcean's control panel.",
  };
}

/** Edges on droplets, for people whose keys are in `ssh.authorizedKeys`. */
export function edgesByHand(
  container: string,
  edges: readonly Pick<ObservedDroplet, "publicAddress">[],
): BalancerByHand {
  const logins = edges.map(({ publicAddress }) => `ssh ${DEPLOY_USER}@${publicAddress}`);
  return {
    name: container,
    setRoute: (route) =>
      logins.map((login) => `${login} ${setRouteByHand(container, route)}`).join(" && "),
    mend:
      `Log in and look at it (${logins.join(", ")}; docker logs ${container}). If it can be lost, ` +
      `remove it there (docker rm -f ${container}) and run pulumi up: it is rebuilt with its last ` +
      `route. If the droplet itself is lost, delete it and run pulumi up --refresh.`,
  };
}
