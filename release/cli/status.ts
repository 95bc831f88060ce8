import { setTimeout as sleep } from "node:timers/promises";
import { keptColors, withKept } from "../../components/service/deployedSettings.ts";
import { COLORS, type Color, otherColor } from "../../lib/color.ts";
import { hostNames } from "../../lib/naming.ts";
import { placeProcesses, processWarnings } from "../../lib/processes.ts";
import { describeRoute, parseRoute, shareOf } from "../../lib/route.ts";
import { restartWarnings, unhealthyWarnings } from "../../lib/plan.ts";
import { UserError } from "../../lib/userError.ts";
import { hostRecipe } from "../../lib/edgeRecipe.mjs";
import { newestRecipe } from "../../settings/haproxyVersion.ts";
import { type DiskSpace, diskSpaces } from "../hosts/disk.ts";
import { describeOutcome } from "../output/describe.ts";
import { digestsOf } from "../plan/digests.ts";
import { describeDisk } from "../plan/diskProblems.ts";
import { staleFileProblem } from "../plan/staleConfig.ts";
import { JournalFile } from "../store/journal.ts";
import { readLock } from "../store/lease.ts";
import type { CliContext } from "./cliContext.ts";
import { defineCommand, listenForStop, openStack } from "./command.ts";
import { EXIT } from "./exitCodes.ts";
import { describeLock, type LockStatus, lockStatus } from "./lock.ts";
import {
  serviceLine,
  type ServiceStatus,
  serviceStatuses,
  serviceWarnings,
} from "./serviceStatus.ts";
import type { StackContext } from "./stackContext.ts";
import { asProblem } from "./withoutStack.ts";

const WATCH_MS = 2000;

export const command = defineCommand({
  usage: "status",
  summary: "Show which color has the traffic, what runs, and the release in progress",
  example: "status --stack prod --watch",
  flags: (args) =>
    args.option("watch", {
      type: "boolean",
      default: false,
      describe: "Repeat every two seconds",
    }),
  needsNoFile: true,
  async run(cli, { watch }) {
    const opened = await openStack(cli).catch(asProblem);
    const isOpen = !(opened instanceof UserError);
    const seen: Seen = isOpen ? opened : withoutStack(cli, opened);
    const stop = listenForStop();
    for (let { outputs } = seen; !stop.signal.aborted;) {
      const status = await readStatus(cli, { ...seen, outputs });
      if (cli.options.json) cli.answer("status", status);
      else for (const line of lines(status)) cli.screen.print(line);
      if (!watch) break;
      cli.screen.print();
      await sleep(WATCH_MS, undefined, { signal: stop.signal }).catch(() => undefined);
      if (isOpen) outputs = await opened.engine.outputs();
    }
    stop.dispose();
    return EXIT.ok;
  },
});

interface Seen extends Pick<StackContext, "observe" | "outputs"> {
  /** Absent if the config can't be read. */
  readonly hosts?: StackContext["hosts"];
  /** Absent if the config can't be read. */
  readonly settings?: StackContext["settings"];
}

/** The journal, and the balancer of this machine. @throws the problem, if there is no such balancer. */
function withoutStack({ names }: CliContext, problem: UserError): Seen {
  return {
    outputs: {},
    async observe() {
      const { observeLocal } = await import("../../components/local/observeLocal.ts");
      const seen = await observeLocal(names, hostRecipe("3.0").image).catch(asProblem);
      if (seen instanceof UserError || seen.balancer.state === "absent") throw problem;
      return { ...seen, warnings: [problem.message, ...(seen.warnings ?? [])] };
    },
  };
}

interface ColorStatus {
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

interface ProcessStatus {
  readonly name: string;
  readonly kind: "worker" | "single";
  /** In the color that has the traffic; 0 if it was deployed without this process. */
  readonly wanted: number;
  /** How many containers run, by color. */
  readonly running: Readonly<Record<Color, number>>;
}

/** What `status --json` prints. */
export interface Status {
  readonly stack: string;
  /** Null if the balancer has no route, or does not answer. */
  readonly route: ReturnType<typeof parseRoute> | null;
  /** Null if the config can't be read. */
  readonly configured: Color | null;
  readonly colors: Readonly<Record<Color, ColorStatus>>;
  /** Running edges: the image of each, and the one that this program would build. */
  readonly edges: readonly {
    readonly name: string;
    readonly image: string;
    readonly haproxy?: string;
    /** Absent if the config can't be read. */
    readonly newest?: string;
  }[];
  readonly processes: readonly ProcessStatus[];
  /** What stands beside both colors; empty if the config can't be read. */
  readonly services: readonly ServiceStatus[];
  readonly lock: LockStatus | null;
  /** Where each machine's Docker keeps images and containers; only those that say. */
  readonly disks: readonly DiskSpace[];
  readonly release: {
    readonly text: string;
    readonly id: string;
    readonly hasEnded: boolean;
  } | null;
  readonly warnings: readonly string[];
}

async function readStatus(
  { store, stack, names }: CliContext,
  { observe, outputs, settings, hosts }: Seen,
): Promise<Status> {
  const [seen, journal, lock, disks] = await Promise.all([
    observe(),
    JournalFile.open(store),
    readLock(store),
    hosts ? hosts().then(diskSpaces) : [],
  ]);
  const route = parseRoute(seen.balancer.real ?? "");
  const digests = digestsOf(outputs);
  const of = (color: Color): ColorStatus => {
    const pool = settings?.pools[color];
    const digest = digests[color];
    return {
      ...(pool && { image: pool.image }),
      ...(digest !== undefined && { digest }),
      share: route ? shareOf(color, route) : 0,
      hosts: seen.containers
        .filter((container) => container.color === color)
        .map(({ name, isRunning, isUnhealthy = false, restarts = 0 }) => ({
          ...{ name, isRunning, isUnhealthy, restarts },
        })),
      wanted: pool?.count ?? 0,
    };
  };
  const processes = seen.processes ?? [];
  // A color may still have the processes that it was deployed with.
  const real = settings && withKept(settings, keptColors(settings, seen, route));
  const active = route?.active ?? settings?.activeColor ?? "blue";
  const wantedIn = (color: Color) => real?.processes[color] ?? {};
  const runningIn = (color: Color, name: string) =>
    processes.filter((one) => one.isRunning && one.color === color && one.process === name).length;
  const placed = (color: Color) => {
    const hosts = hostNames(color, settings?.pools[color]?.count ?? 0).map((name) => ({ name }));
    return placeProcesses(wantedIn(color), hosts, names);
  };
  const { last } = journal;
  const services = serviceStatuses(settings?.services ?? {}, seen, names);
  const stale = settings && staleFileProblem(settings, outputs);
  return {
    stack,
    route: route ?? null,
    configured: settings?.activeColor ?? null,
    colors: { blue: of("blue"), green: of("green") },
    edges: Object.entries(seen.edges ?? {}).map(([name, edge]) => ({
      name,
      ...edge,
      ...(settings && { newest: newestRecipe(settings, edge.image).image }),
    })),
    processes: Object.entries({ ...wantedIn(otherColor(active)), ...wantedIn(active) }).map(
      ([name, { kind }]) => ({
        name,
        kind,
        wanted: wantedIn(active)[name]?.count ?? 0,
        running: { blue: runningIn("blue", name), green: runningIn("green", name) },
      }),
    ),
    services,
    lock: await lockStatus(lock?.lease),
    disks,
    release: last
      ? { text: describeOutcome(last), id: last.plan.id, hasEnded: last.outcome !== undefined }
      : null,
    warnings: [
      ...(stale === undefined ? [] : [stale]),
      ...unhealthyWarnings(seen.containers),
      ...(route ? processWarnings(placed(route.active), processes, route.active) : []),
      ...restartWarnings(seen.containers),
      ...serviceWarnings(services),
      ...(seen.warnings ?? []),
    ],
  };
}

function lines(status: Status): string[] {
  const { route, configured, colors, edges, processes, services, stack } = status;
  const { lock, disks, release, warnings } = status;
  const isConfigured = configured === null || route?.active === configured;
  return [
    `stack    ${stack}`,
    `route    ${route ? describeRoute(route) : "none"}` +
      (isConfigured ? "" : `; the config says ${configured}`),
    ...COLORS.map((color) => colorLine(color, colors[color], configured !== null)),
    ...processes.map((process) => processLine(process, route?.active)),
    ...services.map(serviceLine),
    ...edges.map(edgeLine),
    `lock     ${describeLock(lock)}`,
    ...disks.map((disk) => `disk     ${describeDisk(disk)}`),
    `release  ${release ? `${release.id}: ${release.text}` : "none yet"}`,
    ...(release && !release.hasEnded ? ["         bluegreen promote, resume or abort"] : []),
    ...warnings.map((warning) => `warning  ${warning}`),
  ];
}

function edgeLine({ name, image, haproxy, newest = image }: Status["edges"][number]): string {
  const version = haproxy === undefined ? "" : ` (HAProxy ${haproxy})`;
  return `${name.padEnd(8)} ${image}${version}${newest === image ? "" : `, behind ${newest}`}`;
}

function processLine({ name, wanted, running }: ProcessStatus, active: Color = "blue"): string {
  const idle = otherColor(active);
  const astray = running[idle] > 0 ? `, and ${running[idle]} in ${idle}` : "";
  if (wanted === 0) return `${name.padEnd(8)} not in ${active}${astray}`;
  const verb = wanted === 1 ? "runs" : "run";
  return `${name.padEnd(8)} ${running[active]} of ${wanted} ${verb} in ${active}${astray}`;
}

function colorLine(
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
