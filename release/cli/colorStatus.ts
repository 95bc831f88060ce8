import type { Color } from "../../lib/color.ts";
import type { Observation } from "../../lib/observation.ts";
import { type Route, shareOf } from "../../lib/route.ts";
import type { Settings } from "../../settings/types.ts";

/** A color, as `status` shows it. */
export interface ColorStatus {
  readonly image?: string;
  readonly digest?: string;
  /** Percent of the traffic, as the balancer distributes it. */
  readonly share: number;
  readonly hosts: readonly {
    readonly name: string;
    readonly isRunning: boolean;
    /** By its own HEALTHCHECK. */
    readonly isUnhealthy: boolean;
    /** How often Docker has started it again since it was made. */
    readonly restarts: number;
  }[];
  readonly wanted: number;
}

export interface ColorStatusArgs {
  readonly color: Color;
  readonly containers: Observation["containers"];
  /** Undefined if the color is not in the config, or the config can't be read. */
  readonly pool: Settings["pools"][Color];
  readonly digest: string | undefined;
  /** Undefined if the balancer has none, or does not answer. */
  readonly route: Route | undefined;
}

export function colorStatus(args: ColorStatusArgs): ColorStatus {
  const { color, containers, pool, digest, route } = args;
  return {
    ...(pool && { image: pool.image }),
    ...(digest !== undefined && { digest }),
    share: route ? shareOf(color, route) : 0,
    hosts: containers
      .filter((container) => container.color === color)
      .map(({ name, isRunning, isUnhealthy = false, restarts = 0 }) => ({
        ...{ name, isRunning, isUnhealthy, restarts },
      })),
    wanted: pool?.count ?? 0,
  };
}

/** @param isKnown Whether the config can be read. */
export function colorLine(
  color: Color,
  { image, digest, share, hosts, wanted }: ColorStatus,
  isKnown: boolean,
): string {
  if (!isKnown) return `${color.padEnd(8)} ${hosts.length} hosts, ${share} % of the traffic`;
  if (image === undefined) return `${color.padEnd(8)} not deployed`;
  const running = hosts.filter(({ isRunning }) => isRunning).length;
  const hostsRun = wanted + running > 0 ? `${running} of ${wanted} hosts run` : "no hosts";
  const short = digest === undefined ? "" : ` (${digest.slice(0, 19)})`;
  return `${color.padEnd(8)} ${image}${short}, ${hostsRun}, ${share} % of the traffic`;
}
