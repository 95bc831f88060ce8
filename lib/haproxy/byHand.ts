import type { BalancerByHand } from "../observation.ts";

/** An edge in a container on this machine. */
export function edgeByHand(container: string): BalancerByHand {
  return {
    name: container,
    setRoute({ active, canaryWeight, testers }) {
      const canary =
        testers || canaryWeight > 0 ? ` ${canaryWeight} ${testers ? "on" : "off"}` : "";
      return `docker exec ${container} sh /edge/set-route ${active}${canary}`;
    },
    mend:
      `Look at its log (docker logs ${container}). If it can be lost, remove it ` +
      `(docker rm -f ${container}) and run pulumi up: it is rebuilt with its last route.`,
  };
}
