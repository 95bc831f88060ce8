import { DEPLOY_USER } from "../machine/cloudInit.ts";
import { setRouteCommand } from "../edge/manualCommands.ts";
import type { ManualCommands } from "../../lib/observation.ts";
import type { MachineWords, ObservedMachine } from "./machines.ts";

/** Edges on machines in a cloud, for people whose keys are in `ssh.authorizedKeys`. */
export function edgesManualCommands(
  container: string,
  edges: readonly Pick<ObservedMachine, "publicAddress">[],
  { one }: MachineWords,
): ManualCommands {
  const logins = edges.map(({ publicAddress }) => `ssh ${DEPLOY_USER}@${publicAddress}`);
  return {
    name: container,
    setRoute: (route) =>
      logins.map((login) => `${login} ${setRouteCommand(container, route)}`).join(" && "),
    mend:
      `Log in and look at it (${logins.join(", ")}; docker logs ${container}). If it can be lost, ` +
      `remove it there (docker rm -f ${container}) and run pulumi up: it is rebuilt with its last ` +
      `route. If the ${one} itself is lost, delete it and run pulumi up --refresh.`,
  };
}
