import { keptColors, withKept } from "../../components/service/deployedSettings.ts";
import { type Color, otherColor } from "../../lib/color.ts";
import { hostNames, type StackNames } from "../../lib/naming.ts";
import type { Observation } from "../../lib/observation.ts";
import { placeProcesses, processWarnings } from "../../lib/processes.ts";
import type { Route } from "../../lib/route.ts";
import type { Settings } from "../../settings/types.ts";

/** A worker or a single process, as `status` shows it. */
export interface ProcessStatus {
  readonly name: string;
  readonly kind: "worker" | "single";
  /** In the color that has the traffic; 0 if it was deployed without this process. */
  readonly wanted: number;
  /** How many containers run, by color. */
  readonly running: Readonly<Record<Color, number>>;
}

export interface ProcessStatuses {
  readonly processes: readonly ProcessStatus[];
  readonly warnings: readonly string[];
}

/** @param route Undefined if the balancer has none, or does not answer. */
export function processStatuses(
  settings: Settings,
  seen: Observation,
  route: Route | undefined,
  names: StackNames,
): ProcessStatuses {
  const { processes = [] } = seen;
  // A color may still have the processes that it was deployed with.
  const real = withKept(settings, keptColors(settings, seen, route));
  const active = route?.active ?? settings.activeColor;
  const [wanted, others] = [real.processes[active], real.processes[otherColor(active)]];
  const runningIn = (color: Color, name: string) =>
    processes.filter((one) => one.isRunning && one.color === color && one.process === name).length;
  const hosts = hostNames(active, settings.pools[active]?.count ?? 0).map((name) => ({ name }));
  return {
    processes: Object.entries({ ...others, ...wanted }).map(([name, { kind }]) => ({
      name,
      kind,
      wanted: wanted[name]?.count ?? 0,
      running: { blue: runningIn("blue", name), green: runningIn("green", name) },
    })),
    warnings: route ? processWarnings(placeProcesses(wanted, hosts, names), processes, active) : [],
  };
}

export function processLine(
  { name, wanted, running }: ProcessStatus,
  active: Color = "blue",
): string {
  const idle = otherColor(active);
  const astray = running[idle] > 0 ? `, and ${running[idle]} in ${idle}` : "";
  if (wanted === 0) return `${name.padEnd(8)} not in ${active}${astray}`;
  const verb = wanted === 1 ? "runs" : "run";
  return `${name.padEnd(8)} ${running[active]} of ${wanted} ${verb} in ${active}${astray}`;
}
