import type { Color } from "./color.ts";
import type { StackNames } from "./naming.ts";
import type { ObservedProcess } from "./observation.ts";

/** What the config says of a process, as far as its place depends on it. */
export interface ProcessKind {
  readonly kind: "worker" | "single";
  readonly count: number;
}

/** A container of a process on a host. */
export interface PlacedProcess<On, Settings extends ProcessKind> {
  readonly host: On;
  /** As in the config. */
  readonly process: string;
  readonly settings: Settings;
  /** Of the resource and of the container's own host: `green-1-worker-2`, `green-1-beat`. */
  readonly name: string;
  readonly containerName: string;
}

/**
 * The containers of a color's processes: those of a worker in turn on the color's hosts, a single on the first.
 */
export function placeProcesses<On extends { readonly name: string }, Settings extends ProcessKind>(
  processes: Readonly<Record<string, Settings>>,
  hosts: readonly On[],
  names: StackNames,
): PlacedProcess<On, Settings>[] {
  const [first] = hosts;
  if (!first) return [];
  return Object.entries(processes).flatMap(([process, settings]) =>
    Array.from({ length: settings.count }, (_, at) => {
      const host = hosts[at % hosts.length] ?? first;
      const common = { host, process, settings };
      return settings.kind === "single"
        ? { ...common, name: `${host.name}-${process}`, containerName: names.single(process) }
        : {
            ...common,
            name: `${host.name}-${process}-${at + 1}`,
            containerName: names.worker(host.name, process, at + 1),
          };
    }),
  );
}

/**
 * What differs from the rule that processes work in the color that takes the traffic and in no other.
 *
 * @param placed The containers of the active color.
 */
export function processWarnings(
  placed: readonly Pick<PlacedProcess<unknown, ProcessKind>, "process" | "containerName">[],
  seen: readonly ObservedProcess[],
  active: Color,
): string[] {
  const isThere = (name: string) =>
    seen.some((one) => one.name === name && one.color === active && one.isRunning);
  return [
    ...placed
      .filter(({ containerName }) => !isThere(containerName))
      .map(
        ({ process, containerName }) =>
          `${containerName}: ${process} does not run in ${active}, which has the traffic; pulumi up starts it`,
      ),
    ...seen
      .filter(({ color, isRunning }) => isRunning && color !== active)
      .map(
        ({ name, process, color }) =>
          `${name}: ${process} runs in ${color}, which does not have the traffic; pulumi up stops it`,
      ),
    ...seen
      .filter(({ isRestarting }) => isRestarting)
      .map(
        ({ name, process }) => `${name}: ${process} exits again and again (docker logs ${name})`,
      ),
  ];
}
