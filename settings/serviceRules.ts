import { numberIn, type Unchecked } from "./group.ts";
import { setCommand } from "./remedies.ts";
import type { TargetName } from "./targets.ts";

/** On this machine each service has an address of its own. */
export function checkServicePorts({ services }: Unchecked, target: TargetName): string[] {
  if (typeof services !== "object" || services === null) return [];
  const takenBy = new Map([[22, "SSH's"]]);
  return Object.entries(services).flatMap(([name, service]) => {
    const setting = `services.${name}.port`;
    const port = numberIn(service, "port");
    const other = takenBy.get(port);
    if (other === undefined) {
      if (!Number.isNaN(port)) takenBy.set(port, setting);
      return [];
    }
    const free = port < 65535 ? port + 1 : port - 1;
    return [
      `${setting}: must differ from ${other}, got ${port} for both, because with target ${target} all ` +
        `services are on one machine. Let it listen on another port (services.${name}.command), and set ` +
        `that: ${setCommand(setting, free)}`,
    ];
  });
}
