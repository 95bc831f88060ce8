import { createHash } from "node:crypto";
import type { Color } from "../../lib/color.ts";
import type { Secrets } from "../../lib/secrets.ts";
import type { AppSettings, Processes, Settings } from "../../settings/types.ts";

/** Labels of a color's web containers: what the color was deployed with. */

/**
 * What a color was deployed with, by setting of `app` or of a process: `memoryMb`, `env.LOG_LEVEL`. Of the
 * environment, and of what holds a secret, it has hashes.
 */
type Deployed = Readonly<Record<string, unknown>>;

/** A web container's label `blue-green.settings`. */
export interface Label {
  /** As the config named it. */
  readonly image: string;
  readonly app: Deployed;
  /** By name; earlier versions did not record them. */
  readonly processes?: Readonly<Record<string, Deployed>>;
  /** Names of the services whose addresses it got; absent for none. */
  readonly services?: readonly string[];
}

/** What a color runs. */
interface ColorSettings {
  readonly app: AppSettings;
  readonly processes: Processes;
  /** Names. */
  readonly services: readonly string[];
}

/** The label of a container, so that a later `up` knows what it was deployed with. */
export function settingsLabel(
  image: string,
  { app, processes, services }: ColorSettings,
  secrets: Secrets,
): string {
  return JSON.stringify({
    image,
    app: deployedApp(app, secrets),
    processes: deployedProcesses(processes, secrets),
    ...(services.length > 0 && { services: [...services].sort() }),
  } satisfies Label);
}

/** The processes in a few characters, to see whether a container's record of them is current. */
export function processesMark(processes: Processes, secrets: Secrets): string {
  return hash("processes", deployedProcesses(processes, secrets));
}

/** How a container's health is asked; a hash if that is secret. */
export function healthMark({ healthPath, healthHost }: AppSettings, secrets: Secrets): string {
  const text = `${healthPath} ${healthHost}`;
  return secrets.isIn(text) ? hash("health", text) : text;
}

function deployedApp(app: AppSettings, secrets: Secrets): Deployed {
  const { env, ...values } = app;
  // Health checks send the current headers to either color.
  const kept = Object.entries(values).filter(([name]) => name !== "healthHeaders");
  const shown = kept.map(
    ([name, value]) => [name, secrets.isIn(value) ? hash(name, value) : value] as const,
  );
  const hashed = Object.entries(env).map(
    ([name, value]) => [`env.${name}`, hash(name, value)] as const,
  );
  return Object.fromEntries([...shown, ...hashed.sort(([a], [b]) => (a < b ? -1 : 1))]);
}

function deployedProcesses(
  processes: Processes,
  secrets: Secrets,
): Readonly<Record<string, Deployed>> {
  const entries = Object.entries(processes).map(([process, settings]) => {
    const values = Object.entries(settings).map(
      ([name, value]) => [name, secrets.isIn(value) ? hash(name, value) : value] as const,
    );
    return [process, Object.fromEntries(values)] as const;
  });
  return Object.fromEntries(entries);
}

/** What a label says of `app`, without hashes. */
export function knownApp({ app }: Label): Partial<AppSettings> {
  return Object.fromEntries(
    Object.entries(app).filter(([name, value]) => !name.startsWith("env.") && !isHash(value)),
  );
}

/** Only the engine has a command that holds a secret: it passes the old script again. */
export function knownProcesses({ processes = {} }: Label): Processes {
  const entries = Object.entries(processes).map(([process, settings]) => {
    const { command } = settings;
    return [process, { ...settings, ...(isHash(command) && { command: [] }) }] as const;
  });
  return Object.fromEntries(entries) as unknown as Processes;
}

const HASH = /^#[0-9a-f]{12}$/;

function hash(name: string, value: unknown): string {
  const digest = createHash("sha256")
    .update(JSON.stringify([name, value]))
    .digest("hex");
  return `#${digest.slice(0, 12)}`;
}

/** A setting that differs; for a process that is new or removed, all of it. */
interface Change {
  /** `app.memoryMb`, `processes.worker` */
  readonly name: string;
  readonly before: unknown;
  readonly now: unknown;
}

export function changedSettings(
  label: Label,
  settings: Pick<Settings, "apps" | "processes" | "secrets" | "services" | "target">,
  color: Color,
): Change[] {
  const { apps, processes, secrets } = settings;
  const app = [
    ...differences("app", label.app, deployedApp(apps[color], secrets)),
    ...differences("services", named(label.services ?? []), named(toldServices(settings))),
  ];
  if (!label.processes) return app;
  const before = label.processes;
  const now = deployedProcesses(processes[color], secrets);
  return [
    ...app,
    ...differences("processes", before, now).flatMap((change) =>
      isProcess(change.before) && isProcess(change.now)
        ? differences(change.name, change.before, change.now)
        : [change],
    ),
  ];
}

/** The services whose addresses the app's containers get; on this machine Docker knows them by name. */
function toldServices({ target, services }: Pick<Settings, "services" | "target">): string[] {
  return target === "local" ? [] : Object.keys(services);
}

/** There is nothing to compare but the names. */
function named(services: readonly string[]): Deployed {
  return Object.fromEntries(services.map((name) => [name, {}]));
}

function differences(group: string, before: Deployed, now: Deployed): Change[] {
  const names = [...new Set([...Object.keys(now), ...Object.keys(before)])];
  return names
    .map((name) => ({ name: `${group}.${name}`, before: before[name], now: now[name] }))
    .filter((change) => JSON.stringify(change.before) !== JSON.stringify(change.now));
}

export function readLabel(text: string | undefined): Label | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Label;
  } catch {
    return undefined;
  }
}

/** In place of a value that no label may have. */
export const isHash = (value: unknown) => typeof value === "string" && HASH.test(value);
/** A process as a whole, which is new or removed. */
const isProcess = (value: unknown): value is Deployed =>
  typeof value === "object" && value !== null && !Array.isArray(value);
export const holdsHash = (value: unknown) =>
  isHash(value) || (isProcess(value) && Object.values(value).some(isHash));
/** Nothing to show beside its name. */
export const isHidden = (value: unknown) => isHash(value) || isProcess(value);
