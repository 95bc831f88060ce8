import type { Plane } from "../cloud/cloud.ts";
import { docker, removeContainers } from "./docker.ts";
import { DockerNetworks } from "./dockerNetworks.ts";
import { HaproxyBalancers } from "./haproxyBalancers.ts";

/** Docker's networks and real HAProxy; whatever carries the labels is swept away in the end. */
export function dockerPlane(labels: Readonly<Record<string, string>>): Omit<Plane, "machines"> {
  const filters = Object.entries(labels).flatMap(([name, value]) => [
    "--filter",
    `label=${name}=${value}`,
  ]);
  return {
    networks: new DockerNetworks(labels),
    balancers: new HaproxyBalancers(),
    sweep: async () => {
      const ids = await docker("ps", "--all", "--quiet", ...filters);
      await removeContainers(...ids.split("\n").filter(Boolean));
    },
  };
}
