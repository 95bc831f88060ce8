import { type ExecHost, execOutput } from "../../components/machine/exec.ts";
import type { StackHost } from "../../components/service/target.ts";
import { type Color, isColor } from "../../lib/color.ts";
import type { StackNames } from "../../lib/naming.ts";
import { UsageError, UserError } from "../../lib/userError.ts";

/** A container of the stack, where it is. */
export interface HostContainer {
  /** `blue-1`, `edge-1`; `edge` on this machine. */
  readonly host: string;
  readonly machine: ExecHost;
  readonly name: string;
  /** Absent for the balancer and services. */
  readonly color?: Color;
  /** `web`, or the name of another process or of a service; `balancer` for the balancer. */
  readonly process: string;
  readonly isService: boolean;
  readonly isRunning: boolean;
}

export interface StackContainers {
  readonly containers: readonly HostContainer[];
  /** Of each machine that could not be asked: its host, and why. */
  readonly silent: readonly { readonly host: string; readonly problem: string }[];
}

/** Which containers a command is for. */
export interface Selection {
  readonly color?: Color | undefined;
  readonly process?: string | undefined;
  readonly host?: string | undefined;
  /** Beside both colors; excludes the others. */
  readonly service?: string | undefined;
}

export const WEB = "web";
export const BALANCER = "balancer";
const ASK_MS = 30_000;
const FORMAT = [
  ...["{{.Names}}", "{{.State}}"],
  ...["color", "process", "service"].map((label) => `{{.Label "blue-green.${label}"}}`),
].join("\t");

/** All containers of the stack, by host; a machine that does not answer is a result. */
export async function stackContainers(
  hosts: readonly StackHost[],
  names: StackNames,
): Promise<StackContainers> {
  const filter = `label=blue-green.stack=${names.stack}`;
  const command = ["docker", "ps", "--all", "--no-trunc", "--filter", filter, "--format", FORMAT];
  const answers = await Promise.all(
    machinesOf(hosts).map(async (host) => {
      try {
        const said = await execOutput(host.machine, command, { timeoutMs: ASK_MS });
        return said.split("\n").flatMap((line) => parseLine(line, host, names) ?? []);
      } catch (error) {
        return { host: host.name, problem: (error as Error).message };
      }
    }),
  );
  return {
    containers: answers
      .flatMap((answer) => ("problem" in answer ? [] : answer))
      .sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true })),
    silent: answers.flatMap((answer) => ("problem" in answer ? [answer] : [])),
  };
}

/** The first host on each machine: all hosts of a stack may be on one. */
export function machinesOf(hosts: readonly StackHost[]): StackHost[] {
  const byMachine = new Map<string, StackHost>();
  for (const host of hosts) {
    const key = "address" in host.machine ? host.machine.address : host.machine.name;
    if (!byMachine.has(key)) byMachine.set(key, host);
  }
  return [...byMachine.values()];
}

function parseLine(
  line: string,
  { name: hostName, machine }: StackHost,
  names: StackNames,
): HostContainer | undefined {
  const [name = "", state = "", color = "", process = "", service = ""] = line.split("\t");
  const isRunning = state === "running";
  if (isColor(color)) {
    const within = name.slice(names.host("").length);
    const host = /^[a-z]+-\d+/.exec(within)?.[0] ?? hostName;
    return { host, machine, name, color, process: process || WEB, isService: false, isRunning };
  }
  const isService = service !== "" && name === names.service(service);
  if (!isService && name !== names.edge) return undefined;
  const [own, other] = isService ? [service, service] : ["edge", BALANCER];
  const host = "address" in machine ? hostName : own;
  return { host, machine, name, process: other, isService, isRunning };
}

/**
 * Those that were asked for; the balancer's and a service's only if it was named.
 *
 * @throws UsageError if a host or a process of that name does not exist.
 */
export function selected(
  all: readonly HostContainer[],
  { color, process, host }: Selection,
): HostContainer[] {
  const isNamed = host !== undefined || process !== undefined;
  const found = all.filter(
    (one) =>
      (isNamed || one.color !== undefined) &&
      (color === undefined || one.color === color) &&
      (process === undefined || one.process === process) &&
      (host === undefined || one.host === host),
  );
  if (found.length > 0) return found;
  refuseUnknown(
    "--host",
    host,
    all.map((one) => one.host),
  );
  refuseUnknown(
    "--process",
    process,
    all.map((one) => one.process),
  );
  return [];
}

function refuseUnknown(flag: string, given: string | undefined, known: readonly string[]): void {
  if (given === undefined || known.includes(given) || known.length === 0) return;
  const list = [...new Set(known)].join(", ");
  throw new UsageError(
    `${flag}: must be one of ${list}, got "${given}". Example: ${flag} ${known[0]}`,
  );
}

/**
 * The containers of a service: one, or none while its machine has none.
 *
 * @param configured The services of the config.
 * @throws UsageError if there is no service of that name, not even without a container.
 */
export function containersOfService(
  all: readonly HostContainer[],
  service: string,
  configured: readonly string[],
): HostContainer[] {
  const services = all.filter(({ isService }) => isService);
  const known = [...configured, ...services.map(({ process }) => process)];
  if (known.length === 0) {
    throw new UsageError(`--service: got "${service}", and this stack has no services.`);
  }
  refuseUnknown("--service", service, known);
  return services.filter(({ process }) => process === service);
}

/** @throws UserError if it does not run. */
export function runningService(
  { containers, silent }: StackContainers,
  service: string,
  configured: readonly string[],
): HostContainer {
  const [found] = containersOfService(containers, service, configured);
  if (found?.isRunning) return found;
  const remedy =
    found === undefined
      ? "Start it: pulumi up"
      : `See why: bluegreen logs --service ${service}. Start it: ${dockerOn(found.machine)} start ${found.name}`;
  const problems = silent.map(({ problem }) => `\n${problem}`).join("");
  throw new UserError(`services.${service}: no container of it runs.${problems}\n${remedy}`);
}

/** The program for a command line that a person types on this machine. */
function dockerOn(machine: ExecHost): string {
  return "address" in machine ? `ssh ${machine.user}@${machine.address} docker` : "docker";
}

/** The running container for a command; the first one by host. @throws UserError if none runs. */
export function oneRunning(
  { containers, silent }: StackContainers,
  selection: Selection & { readonly color: Color },
): HostContainer {
  const process = selection.process ?? WEB;
  const found = selected(containers, { ...selection, process }).find(({ isRunning }) => isRunning);
  if (found) return found;
  const where = selection.host === undefined ? "" : ` on ${selection.host}`;
  const problems = silent.map(({ problem }) => `\n${problem}`).join("");
  throw new UserError(
    `No container of ${selection.color} runs ${process}${where}.${problems}\n` +
      `See why: bluegreen logs --color ${selection.color}. Start it: pulumi up, with ${selection.color}.count of at least 1`,
  );
}
