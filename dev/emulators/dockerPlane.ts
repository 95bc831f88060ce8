import { docker, removeContainers } from "./docker.ts";
import type { Labels } from "./labels.ts";
import { DockerNetworks } from "./networks/dockerNetworks.ts";
import type { Networks } from "./networks/networks.ts";

export interface DockerPlane {
  readonly networks: Networks;
  sweep(): Promise<void>;
}

/** Docker's networks; whatever carries the labels is swept away in the end. */
export function dockerPlane(labels: Labels): DockerPlane {
  const filters = Object.entries(labels).flatMap(([name, value]) => [
    "--filter",
    `label=${name}=${value}`,
  ]);
  return {
    networks: new DockerNetworks(labels),
    sweep: async () => {
      const ids = await docker("ps", "--all", "--quiet", ...filters);
      await removeContainers(...ids.split("\n").filter(Boolean));
    },
  };
}
