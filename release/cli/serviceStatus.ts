import type { StackNames } from "../../lib/naming.ts";
import type { Observation } from "../../lib/observation.ts";
import type { Settings } from "../../settings/types.ts";

/** A service beside both colors, as `status` shows it. */
export interface ServiceStatus {
  readonly name: string;
  readonly image: string;
  readonly container: string;
  readonly isRunning: boolean;
  /** Whether Docker starts it again at this moment. */
  readonly isRestarting: boolean;
  /** By its HEALTHCHECK: `healthy`, `unhealthy` or `starting`; null without one. */
  readonly health: string | null;
  /** How often Docker has started it again since it was made. */
  readonly restarts: number;
  /** Leads to its machine; null if that is this one, or unknown. */
  readonly login: string | null;
}

export function serviceStatuses(
  services: Settings["services"],
  { services: seen = [] }: Pick<Observation, "services">,
  names: StackNames,
): ServiceStatus[] {
  return Object.entries(services).map(([name, { image }]) => {
    const container = names.service(name);
    const there = seen.find((one) => one.name === container);
    const { isRunning = false, isRestarting = false, health = null, restarts = 0 } = there ?? {};
    const { login = null } = there ?? {};
    return { name, image, container, isRunning, isRestarting, health, restarts, login };
  });
}

/** `db       postgres:17 runs, healthy, 2 restarts` */
export function serviceLine(service: ServiceStatus): string {
  const { name, image, isRunning, health, restarts } = service;
  const parts = [
    isRunning ? "runs" : "does not run",
    ...(isRunning && health !== null ? [health] : []),
    ...(restarts > 0 ? [`${restarts} ${restarts === 1 ? "restart" : "restarts"}`] : []),
  ];
  return `${name.padEnd(8)} ${image} ${parts.join(", ")}`;
}

export function serviceWarnings(services: readonly ServiceStatus[]): string[] {
  return services.flatMap(({ name, container, isRunning, isRestarting, health, login }) => {
    const docker = login === null ? "docker" : `${login} docker`;
    const log = `${docker} logs ${container}`;
    if (!isRunning) {
      return [
        `services.${name}: its container does not run (${log}). Start it: ${docker} start ${container}`,
      ];
    }
    if (isRestarting) return [`services.${name}: its container exits again and again (${log})`];
    return health === "unhealthy" ? [`services.${name}: its HEALTHCHECK fails (${log})`] : [];
  });
}
