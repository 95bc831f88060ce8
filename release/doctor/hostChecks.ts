import { exec } from "../../components/machine/exec.ts";
import type { StackHost } from "../../components/service/target.ts";
import { COLORS } from "../../lib/color.ts";
import type { StackNames } from "../../lib/naming.ts";
import type { Settings } from "../../settings/types.ts";
import { machinesOf, type StackContainers, stackContainers, WEB } from "../hosts/containers.ts";
import { findOneOffs } from "../hosts/oneOff.ts";
import { describeDisk, diskProblems } from "../plan/diskProblems.ts";
import { diskSituation } from "../run/checkDisk.ts";
import type { Check, Found } from "./check.ts";

const ASK_MS = 15_000;
/** Between two hosts, or this machine and a host: certificates, grants and the order of logs need less. */
const MAX_SKEW_SECONDS = 5;

export interface HostsArgs {
  readonly hosts: () => Promise<readonly StackHost[]>;
  readonly names: StackNames;
  readonly settings: Settings;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** Each host answers, has room and the right time, and runs what it should. */
export function hostChecks({ hosts, names, settings, outputs }: HostsArgs): Check[] {
  const listed = () => hosts();
  return [
    {
      name: "hosts",
      run: async () => containersFound(settings, await stackContainers(await listed(), names)),
    },
    {
      name: "disk",
      async run() {
        const { disks, ownBytes } = await diskSituation(await listed(), outputs);
        if (disks.length === 0) return { fine: "", warnings: ["No host says how much is free."] };
        return {
          fine: disks.map(describeDisk).join("; "),
          problems: diskProblems(disks, ownBytes),
        };
      },
    },
    { name: "clocks", run: async () => clocksFound(await readClocks(await listed())) },
    {
      name: "one-off containers",
      async run() {
        const machines = machinesOf(await listed());
        const found = (
          await Promise.all(
            machines.map(async ({ name, machine }) =>
              (await findOneOffs(machine, names.stack).catch(() => [])).map((one) => ({
                ...one,
                host: name,
              })),
            ),
          )
        ).flat();
        const warnings = found
          .filter(({ isAbandoned }) => isAbandoned)
          .map(
            ({ name, by, host }) =>
              `${host}: ${name} of a killed bluegreen run (${by}) is left. The next bluegreen run removes it`,
          );
        return { fine: found.length === 0 ? "none" : `${found.length} at work`, warnings };
      },
    },
  ];
}

/** Whether each color has the containers that the config names: a rollback needs those of the idle one. */
export function containersFound(
  { pools }: Pick<Settings, "pools">,
  { containers, silent }: StackContainers,
): Found {
  const fine: string[] = [];
  const problems = silent.map(
    ({ problem }) => `${problem} Bring the host back, or replace it: pulumi up --refresh`,
  );
  for (const color of COLORS) {
    const wanted = pools[color]?.count;
    if (wanted === undefined) continue;
    const web = containers.filter((one) => one.color === color && one.process === WEB);
    const stopped = web.filter(({ isRunning }) => !isRunning).map(({ host }) => host);
    const running = web.length - stopped.length;
    fine.push(`${color} ${running} of ${wanted}`);
    if (running >= wanted) continue;
    const which = stopped.length > 0 ? ` (${stopped.join(", ")} stopped)` : "";
    problems.push(
      `${color} runs only ${running} of its ${wanted} containers${which}. ` +
        `See why: bluegreen logs --color ${color}. Start them: pulumi up`,
    );
  }
  return { fine: `containers run: ${fine.join(", ")}`, problems };
}

export interface ClockReading {
  readonly host: string;
  /** How far it is ahead of this machine at least, in seconds; negative if it is behind. */
  readonly aheadSeconds: number;
}

/** Of the hosts on other machines that answer. */
async function readClocks(hosts: readonly StackHost[]): Promise<ClockReading[]> {
  const others = machinesOf(hosts).filter(({ machine }) => "address" in machine);
  const readings = await Promise.all(
    others.map(async ({ name, machine }) => {
      const asked = Date.now() / 1000;
      const command = ["date", "+%s.%N"];
      const said = await exec(machine, command, { timeoutMs: ASK_MS }).catch(() => undefined);
      const seconds = Number(said?.stdout.trim() || NaN);
      if (said?.code !== 0 || Number.isNaN(seconds)) return undefined;
      return { host: name, aheadSeconds: leastDifference(seconds, asked, Date.now() / 1000) };
    }),
  );
  return readings.filter((one) => one !== undefined);
}

/** The host read its clock at some time between the question and the answer. */
export function leastDifference(there: number, asked: number, answered: number): number {
  if (there > answered) return there - answered;
  return there < asked ? there - asked : 0;
}

export function clocksFound(readings: readonly ClockReading[]): Found {
  const wrong = readings.filter(({ aheadSeconds }) => Math.abs(aheadSeconds) > MAX_SKEW_SECONDS);
  return {
    fine:
      readings.length === 0
        ? "this machine's own"
        : `${readings.length} hosts agree with this machine`,
    problems: wrong.map(({ host, aheadSeconds }) => {
      const how = `${Math.abs(aheadSeconds).toFixed(0)} s ${aheadSeconds > 0 ? "ahead of" : "behind"}`;
      return `${host}: its clock is ${how} this machine's. Set it, on both: timedatectl set-ntp true`;
    }),
  };
}
