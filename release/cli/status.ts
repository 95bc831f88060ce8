import { setTimeout as sleep } from "node:timers/promises";
import { COLORS, type Color } from "../../lib/color.ts";
import { describeRoute, parseRoute } from "../../lib/route.ts";
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
import { colorLine, type ColorStatus, colorStatus } from "./colorStatus.ts";
import { defineCommand, listenForStop, openStack } from "./command.ts";
import { EXIT } from "./exitCodes.ts";
import { describeLock, type LockStatus, lockStatus } from "./lock.ts";
import { processLine, type ProcessStatus, processStatuses } from "./processStatus.ts";
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
  examples: ["status --stack prod --watch"],
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
  const { containers } = seen;
  const of = (color: Color) =>
    colorStatus({
      ...{ color, containers, route },
      pool: settings?.pools[color],
      digest: digests[color],
    });
  const processes = settings && processStatuses(settings, seen, route, names);
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
    processes: processes?.processes ?? [],
    services,
    lock: await lockStatus(lock?.lease),
    disks,
    release: last
      ? { text: describeOutcome(last), id: last.plan.id, hasEnded: last.outcome !== undefined }
      : null,
    warnings: [
      ...(stale === undefined ? [] : [stale]),
      ...unhealthyWarnings(containers),
      ...(processes?.warnings ?? []),
      ...restartWarnings(containers),
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
