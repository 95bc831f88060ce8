import * as pulumi from "@pulumi/pulumi";
import type { Color } from "../../lib/color.ts";
import type { StackNames } from "../../lib/naming.ts";
import type { Secrets } from "../../lib/secrets.ts";
import { shellQuote } from "../../lib/shell.ts";
import type { AppSettings, HealthSettings, Processes } from "../../settings/types.ts";
import type { Host } from "../machine/host.ts";
import { breaks, type HostScriptArgs, restarts, runHostScript } from "../machine/hostScript.ts";
import type { AppProcess } from "./appProcesses.ts";
import type { ColorImage } from "./colorImage.ts";
import { healthMark, processesMark, settingsLabel } from "./deployedLabel.ts";
import type { KeptColor } from "./deployedSettings.ts";
import type { PublishedServices } from "./serviceContainer.ts";

export interface AppContainerArgs {
  readonly color: Color;
  readonly host: Host;
  readonly image: ColorImage;
  /** The image as the config names it; for messages. */
  readonly imageReference: string;
  readonly app: AppSettings;
  /** All of the color, for its record of what it was deployed with. */
  readonly processes: Processes;
  /** Those that it can't find by name without being told their addresses. */
  readonly services: PublishedServices;
  readonly health: HealthSettings;
  readonly names: StackNames;
  /** Has a shell; gives a container's writable folders to its user. */
  readonly helperImage: string;
  readonly secrets: Secrets;
  /** Set if the container keeps what it was deployed with. */
  readonly kept?: KeptColor;
  readonly containerName: string;
  /** A new value recreates the container even if its settings are the same. */
  readonly generation: string;
  /** Set for a process beside the web containers. */
  readonly process?: ContainerProcess;
  /** Run before the container is changed, see `frozenRule`. */
  readonly hooks?: pulumi.ResourceHookBinding;
}

/** In `scripts/`: what runs on the host, the entry last. */
export const CONTAINER_SCRIPTS = [
  "causes.sh",
  "container-user.sh",
  "container-folders.sh",
  "container-health.sh",
  "container.sh",
] as const;

type ContainerProcess = Pick<AppProcess, "process" | "name" | "settings" | "runs">;

/**
 * A container of the app on one host: hardened, restarted by Docker when it exits, and up only once its
 * HEALTHCHECK passes; one of a process, once it has run for some seconds. Always sets `DEPLOYMENT_COLOR` and
 * `PORT`.
 */
export class AppContainer extends pulumi.ComponentResource {
  public readonly host: Host;
  public readonly containerName: string;
  public readonly address: pulumi.Output<string>;
  /** Docker's id: another one after each deploy. */
  public readonly containerId: pulumi.Output<string>;

  constructor(name: string, args: AppContainerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blue-green:app:AppContainer", name, {}, opts);
    this.host = args.host;
    this.containerName = args.containerName;
    this.address = args.host.address;
    const ran = runHostScript(
      args.host,
      name,
      {
        script: CONTAINER_SCRIPTS,
        values: containerValues(args),
        input: environmentFile(args.color, args.app),
        inputSetting: `${args.color}.env or app.env`,
        hasDown: true,
        ...callValues(args),
      },
      {
        parent: this,
        // The engine has the values that the container was deployed with, secrets too, and passes them again.
        ...(args.kept && { ignoreChanges: ["stdin"] }),
        ...(args.hooks && { hooks: args.hooks }),
        ...(hasFolders(args.app) &&
          args.host.haproxyImage && { dependsOn: args.host.haproxyImage }),
      },
    );
    this.containerId = ran.stdout;
    this.registerOutputs({ hostName: this.host.name, address: this.address });
  }
}

/**
 * The container's values for `scripts/container.sh`, with their settings if a change recreates the
 * container. Their order is part of the hash that tells whether a container is current.
 */
function containerValues(args: AppContainerArgs): HostScriptArgs["values"] {
  const { app, color, host, process } = args;
  const deployedSettings = { ...args, services: Object.keys(args.services) };
  const [limits, setting] = process
    ? [{ ...app, ...process.settings }, `processes.${process.process}`]
    : [app, "app"];
  return {
    COLOR: color,
    HOST: host.name,
    CONTAINER: args.containerName,
    STACK: args.names.stack,
    IMAGE_REF: args.imageReference,
    IMAGE: restarts(`${color}.image`, args.image.id),
    PORT: restarts("app.port", app.port),
    NETWORK: restarts("the stack's network", host.network),
    ADDRESS: restarts("the host's address", host.address),
    APP_USER: restarts("app.user", app.user),
    MEMORY: restarts(`${setting}.memoryMb`, `${limits.memoryMb}m`),
    CPUS: restarts(`${setting}.cpus`, limits.cpus),
    PIDS: restarts("app.pids", app.pids),
    STOP_SECONDS: restarts(`${setting}.stopSeconds`, limits.stopSeconds),
    ...imageOverrides(args),
    ...unlessEmpty("COMMAND", `${setting}.command`, quoted(limits.command)),
    ...processValues(process),
    ...longValues(args),
    ...serviceValues(args),
    HEALTH_SECONDS: args.health.timeoutSeconds,
    HEALTH: process
      ? ""
      : breaks("app.healthPath or app.healthHost", healthMark(app, args.secrets)),
    PROCESSES: process ? "" : breaks("processes", processesMark(args.processes, args.secrets)),
    SETTINGS: settingsLabel(args.imageReference, deployedSettings, args.secrets),
    ...(!process && { GENERATION: args.generation }),
  };
}

/** Defaults are not part of the hash, which keeps containers of earlier versions current. */
function imageOverrides({ app, names, helperImage }: AppContainerArgs): HostScriptArgs["values"] {
  const volumes = app.volumes.map(({ name, path }) => `${names.volume(name)}:${path}`);
  return {
    ...unlessEmpty("ENTRYPOINT", "app.entrypoint", quoted(app.entrypoint)),
    ...unlessEmpty("VOLUMES", "app.volumes", volumes.join("\n")),
    ...unlessEmpty("WRITABLE", "app.writablePaths", app.writablePaths.join("\n")),
    ...unlessEmpty("TMP_MB", "app.tmpMb", app.tmpMb === 64 ? "" : String(app.tmpMb)),
    ...unlessEmpty("READ_ONLY", "app.readOnly", app.readOnly ? "" : "no"),
    ...unlessEmpty("CAP_ADD", "app.capAdd", app.capAdd.join(" ")),
    HELPER_IMAGE: hasFolders(app) ? helperImage : "",
  };
}

/** Left out where there are none, which keeps containers of earlier versions current. */
function serviceValues({ services }: AppContainerArgs): HostScriptArgs["values"] {
  const hosts = Object.entries(services).map(
    ([name, address]) => pulumi.interpolate`${name}:${address}`,
  );
  if (hosts.length === 0) return {};
  const lines = pulumi.all(hosts).apply((known) => known.sort().join("\n"));
  return { SERVICES: restarts("services", lines) };
}

/** Whether a process works is in its call. */
function processValues(process: ContainerProcess | undefined): HostScriptArgs["values"] {
  if (!process) return { PROCESS: "", KIND: "", NODE: "", RUNS: "yes" };
  return { PROCESS: process.process, KIND: process.settings.kind, NODE: process.name };
}

function hasFolders({ volumes, writablePaths }: AppSettings): boolean {
  return volumes.length + writablePaths.length > 0;
}

function unlessEmpty(name: string, setting: string, value: string): HostScriptArgs["values"] {
  return { [name]: value === "" ? "" : restarts(setting, value) };
}

function quoted(words: readonly string[] = []): string {
  return words.map(shellQuote).join(" ");
}

/** What changes although the container is kept: whether a process works, and the repeating of a step. */
function callValues(args: AppContainerArgs): Pick<HostScriptArgs, "callValues"> {
  const { kept, containerName, generation, process } = args;
  if (process) return { callValues: { GENERATION: generation, RUNS: process.runs ? "yes" : "no" } };
  // The kept script has the generation of the time when it was deployed.
  if (!kept || kept.generations[containerName] === generation) return {};
  return { callValues: { GENERATION: generation } };
}

/** What a line of `docker run --env-file` can't hold: a line break, or more than 64 KiB. */
const isLong = ([, value]: readonly [string, string]) =>
  /[\r\n]/.test(value) || value.length > 60_000;

/** Assignments of a shell for the values that no line can hold; empty for an environment without one. */
function longValues({ color, app }: AppContainerArgs): HostScriptArgs["values"] {
  const long = Object.entries(app.env).filter(isLong);
  if (long.length === 0) return { LONG_NAMES: "", LONG: "" };
  const lines = long.map(([name, value]) => `export ${name}=${shellQuote(value)}`).sort();
  return {
    LONG_NAMES: long.map(([name]) => name).join(" "),
    LONG: restarts(`${color}.env or app.env`, lines.join("\n")),
  };
}

/**
 * An environment file for `docker run --env-file`: one `NAME=value` per line, without quoting. Values that
 * no line can hold are in `longValues`.
 */
export function environmentFile(color: Color, { port, env }: AppSettings): string {
  const own = { DEPLOYMENT_COLOR: color, PORT: String(port) };
  const lines = Object.entries(env).filter((entry) => !isLong(entry));
  return Object.entries({ ...Object.fromEntries(lines), ...own })
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join("\n");
}
