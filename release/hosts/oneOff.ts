import { exec, type ExecHost, execOutput } from "../../components/machine/exec.ts";
import { shellQuote } from "../../lib/shell.ts";
import { UserError } from "../../lib/userError.ts";
import { type Owner, ownerIsGone } from "../store/owner.ts";

/** The part of `docker container inspect` that a one-off container takes over from the app's. */
export interface InspectedContainer {
  readonly Name: string;
  /** The image's id. */
  readonly Image: string;
  readonly Config: { readonly User: string; readonly Env: readonly string[] | null };
  readonly HostConfig: {
    readonly NetworkMode: string;
    readonly Memory: number;
    readonly NanoCpus: number;
    readonly PidsLimit: number | null;
    readonly CapDrop: readonly string[] | null;
    readonly CapAdd: readonly string[] | null;
    readonly SecurityOpt: readonly string[] | null;
    readonly ReadonlyRootfs: boolean;
    readonly Tmpfs: Readonly<Record<string, string>> | null;
    readonly ExtraHosts: readonly string[] | null;
  };
  readonly Mounts: readonly unknown[];
}

export interface OneOff {
  readonly name: string;
  /** `<project>/<stack>` */
  readonly stack: string;
  readonly owner: Owner;
  readonly isTerminal: boolean;
  readonly command: readonly string[];
}

const CREATE_MS = 60_000;
const RUN_LABEL = "blue-green.run";
const OWNER_LABEL = "blue-green.run-owner";
/** The longest line that `docker create --env-file` reads is twice as long. */
const LONGEST_LINE = 32_768;

/**
 * The script that creates a container beside the app's: its image, environment, network, volumes, user, limits
 * and hardening; no published port, no health check, and labels that no other command takes for the app's.
 * The script goes to a shell's standard input, so no value is ever in a command line.
 */
export function createScript(app: InspectedContainer, oneOff: OneOff): string {
  const env = app.Config.Env ?? [];
  const plain = env.filter(isLine);
  const others = env.filter((entry) => !isLine(entry));
  // Docker reads these from its own environment, since a line can't hold them.
  const exported = others.map((entry) => `export ${shellQuote(entry)}\n`).join("");
  const names = others.flatMap((entry) => ["--env", entry.slice(0, entry.indexOf("="))]);
  const words = ["docker", "create", ...optionsOf(app, oneOff), ...names, app.Image];
  const line = [...words, ...oneOff.command].map(shellQuote).join(" ");
  return `${exported}printf '%s\\n' ${shellQuote(plain.join("\n"))} | ${line} >/dev/null\n`;
}

function isLine(entry: string): boolean {
  return !/[\r\n]/.test(entry) && entry.length <= LONGEST_LINE;
}

function optionsOf(
  { Name, Config, HostConfig, Mounts }: InspectedContainer,
  { name, stack, owner, isTerminal }: OneOff,
): string[] {
  const each = (flag: string, values: readonly string[] | null) =>
    (values ?? []).flatMap((value) => [flag, value]);
  const tmpfs = Object.entries(HostConfig.Tmpfs ?? {}).map(([path, how]) => `${path}:${how}`);
  return [
    ...["--name", name, "--rm", "--interactive", ...(isTerminal ? ["--tty"] : [])],
    ...["--label", `${RUN_LABEL}=${stack}`, "--label", `${OWNER_LABEL}=${JSON.stringify(owner)}`],
    // Signals end a command that is process 1 only if it handles them.
    ...["--init", "--no-healthcheck", "--pull", "never", "--env-file", "/dev/stdin"],
    ...["--network", HostConfig.NetworkMode, ...each("--add-host", HostConfig.ExtraHosts)],
    ...(Config.User === "" ? [] : ["--user", Config.User]),
    ...[...each("--cap-drop", HostConfig.CapDrop), ...each("--cap-add", HostConfig.CapAdd)],
    ...each("--security-opt", HostConfig.SecurityOpt),
    ...(HostConfig.ReadonlyRootfs ? ["--read-only"] : []),
    ...each("--tmpfs", tmpfs),
    ...["--memory", `${HostConfig.Memory}b`, "--cpus", String(HostConfig.NanoCpus / 1e9)],
    ...["--pids-limit", String(HostConfig.PidsLimit ?? 0)],
    ...(Mounts.length > 0 ? ["--volumes-from", Name.replace(/^\//, "")] : []),
  ];
}

/** Creates the container without starting it. @throws UserError */
export async function createOneOff(
  machine: ExecHost,
  appContainer: string,
  oneOff: OneOff,
): Promise<void> {
  const inspect = ["docker", "container", "inspect", appContainer];
  try {
    const said = await execOutput(machine, inspect, { timeoutMs: CREATE_MS });
    const [app] = JSON.parse(said) as [InspectedContainer];
    const input = createScript(app, oneOff);
    const shell = ["sh", "-c", 'eval "$(cat)"'];
    await execOutput(machine, shell, { input, timeoutMs: CREATE_MS });
  } catch (error) {
    const { message } = error as Error;
    throw new UserError(`The container of the command could not be created: ${message}`);
  }
}

/** Removes it, whether it runs or is gone already. */
export async function removeOneOff(machine: ExecHost, name: string): Promise<void> {
  const command = ["docker", "rm", "--force", "--volumes", name];
  await exec(machine, command, { timeoutMs: CREATE_MS }).catch(() => undefined);
}

/** A container of `bluegreen run`, and whether the command that made it has ended. */
export interface FoundOneOff {
  readonly name: string;
  readonly isAbandoned: boolean;
  readonly by: string;
}

/** @throws as `execOutput` does */
export async function findOneOffs(machine: ExecHost, stack: string): Promise<FoundOneOff[]> {
  const format = `{{.Names}}\t{{.Label "${OWNER_LABEL}"}}`;
  const filter = `label=${RUN_LABEL}=${stack}`;
  const command = ["docker", "ps", "--all", "--filter", filter, "--format", format];
  const said = await execOutput(machine, command, { timeoutMs: CREATE_MS });
  const lines = said.split("\n").filter((line) => line.includes("\t"));
  return Promise.all(
    lines.map(async (line) => {
      const [name = "", label = ""] = line.split("\t");
      const owner = JSON.parse(label) as Owner;
      const by = `${owner.user} on ${owner.host}`;
      return { name, by, isAbandoned: await ownerIsGone(owner) };
    }),
  );
}

/** Removes what a killed `bluegreen run` of this machine has left. */
export async function removeAbandoned(machine: ExecHost, stack: string): Promise<void> {
  const found = await findOneOffs(machine, stack).catch(() => []);
  const abandoned = found.filter(({ isAbandoned }) => isAbandoned);
  await Promise.all(abandoned.map(({ name }) => removeOneOff(machine, name)));
}
