import { SERVICES_HOST } from "../../lib/naming.ts";
import { hostRecipeOf } from "../../settings/haproxyVersion.ts";
import type { Settings } from "../../settings/types.ts";
import type { Host } from "../machine/host.ts";
import { runHostScript } from "../machine/hostScript.ts";
import type { StackArgs } from "../service/target.ts";
import { serviceContainers, type ServiceContainers } from "../service/serviceContainer.ts";

export function hasServices({ services }: Pick<Settings, "services">): boolean {
  return Object.keys(services).length > 0;
}

/** All services on one machine, in a Docker network in which they know each other by name. */
export function servicesOn(
  host: Host | undefined,
  { settings, names, pull }: Pick<StackArgs, "settings" | "names" | "pull">,
): ServiceContainers {
  if (!host) return {};
  const network = runHostScript(
    host,
    `${SERVICES_HOST}-network`,
    {
      script: "network.sh",
      values: { STACK: names.stack, NETWORK: names.network },
      hasDown: true,
    },
    {},
  );
  const { image: helperImage } = hostRecipeOf(settings);
  const args = { settings, names, host, helperImage, ...(pull && { pull }) };
  return serviceContainers(args, { dependsOn: network });
}
