import { createHash } from "node:crypto";
import { COLORS, type Color } from "../../lib/color.ts";
import type { Observation } from "../../lib/observation.ts";
import type { Plan } from "../../lib/plan.ts";
import { type Route, takesTraffic } from "../../lib/route.ts";
import type { Secrets } from "../../lib/secrets.ts";
import type { AppSettings, Settings } from "../../settings/types.ts";

/**
 * What a color was deployed with, by setting of `app`: `memoryMb`, `env.LOG_LEVEL`. Of the environment, and of what
 * holds a secret, it has hashes.
 */
type Deployed = Readonly<Record<string, unknown>>;

/** A container's label `blue-green.settings`. */
interface Label {
  /** As the config named it. */
  readonly image: string;
  readonly app: Deployed;
}

/** A color whose containers stay as they were deployed, although the config says otherwise now. */
export interface KeptColor {
  readonly color: Color;
  /** By setting: `app.memoryMb 256`, `app.env.LOG_LEVEL`. */
  readonly settings: readonly string[];
  /** Whether its environment, or a secret, is among them: no new host could get these. */
  readonly hasUnknown: boolean;
  /** The generation of each container that exists, by name. */
  readonly generations: Readonly<Record<string, string>>;
  readonly app: Partial<AppSettings>;
}

export type KeptColors = Readonly<Partial<Record<Color, KeptColor>>>;

/** The label of a container, so that a later `up` knows what it was deployed with. */
export function settingsLabel(image: string, app: AppSettings, secrets: Secrets): string {
  return JSON.stringify({ image, app: deployedApp(app, secrets) } satisfies Label);
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

const HASH = /^#[0-9a-f]{12}$/;

function hash(name: string, value: unknown): string {
  const digest = createHash("sha256")
    .update(JSON.stringify([name, value]))
    .digest("hex");
  return `#${digest.slice(0, 12)}`;
}

/**
 * The colors that keep what they were deployed with in this `up`: those that take traffic, and an idle one whose
 * settings a rollback needs (`keep`). A color that was deployed by an earlier version has no label, and is not kept:
 * the frozen rule refuses its changes.
 *
 * @param real The balancer's route when the `up` begins.
 */
export function keptColors(
  settings: Settings,
  { containers }: Pick<Observation, "containers">,
  real: Route | undefined,
): KeptColors {
  const kept = COLORS.flatMap((color) => {
    const pool = settings.pools[color];
    const isLive = real !== undefined && takesTraffic(color, real);
    const isKept = isLive ? !settings.allowLiveChange : pool?.keep === true;
    if (!pool || !isKept) return [];
    const there = containers.filter((container) => container.color === color);
    const label = there
      .flatMap((container) => readLabel(container.settings) ?? [])
      .find(({ image }) => isLive || image === pool.image);
    const changed = label ? changedSettings(label.app, settings.apps[color], settings.secrets) : [];
    if (!label || changed.length === 0) return [];
    return [
      {
        color,
        settings: changed.map(({ name, before }) => `app.${name}${shown(before)}`),
        hasUnknown: changed.some(({ name, before }) => name.startsWith("env.") || isHash(before)),
        generations: Object.fromEntries(there.map(({ name, generation }) => [name, generation])),
        app: Object.fromEntries(
          Object.entries(label.app).filter(([name, value]) => isKnown(name) && !isHash(value)),
        ),
      },
    ];
  });
  return Object.fromEntries(kept.map((one) => [one.color, one]));
}

/**
 * The colors whose containers this `up` makes anew, as far as it can be known before: some are not there or not fit,
 * or have another image or other settings.
 */
export function deployedColors(
  settings: Settings,
  { containers }: Pick<Observation, "containers">,
  plan: Pick<Plan, "containerGeneration">,
  kept: KeptColors,
): ReadonlySet<Color> {
  const deployed = COLORS.filter((color) => {
    const pool = settings.pools[color];
    const there = containers.filter((container) => container.color === color);
    const isCurrent = there.every((container) => {
      if (container.generation !== plan.containerGeneration(container.name)) return false;
      const label = readLabel(container.settings);
      if (kept[color] || !pool) return true;
      return (
        label?.image === pool.image &&
        changedSettings(label.app, settings.apps[color], settings.secrets).length === 0
      );
    });
    return pool !== undefined && (!isCurrent || there.length < pool.count);
  });
  return new Set(deployed);
}

const isKnown = (name: string) => !name.startsWith("env.");
const isHash = (value: unknown) => typeof value === "string" && HASH.test(value);

function shown(value: unknown): string {
  if (value === undefined) return " (not set)";
  if (isHash(value)) return "";
  return ` ${typeof value === "string" ? value : JSON.stringify(value)}`;
}

/** The settings with what the kept colors were deployed with, for what asks them: gates and balancers. */
export function withKept(settings: Settings, kept: KeptColors): Settings {
  const of = (color: Color): AppSettings => ({ ...settings.apps[color], ...kept[color]?.app });
  return { ...settings, apps: { blue: of("blue"), green: of("green") } };
}

interface Change {
  readonly name: string;
  readonly before: unknown;
  readonly now: unknown;
}

function changedSettings(deployed: Deployed, app: AppSettings, secrets: Secrets): Change[] {
  const wanted = deployedApp(app, secrets);
  const names = [...new Set([...Object.keys(wanted), ...Object.keys(deployed)])];
  return names
    .map((name) => ({ name, before: deployed[name], now: wanted[name] }))
    .filter(({ before, now }) => JSON.stringify(before) !== JSON.stringify(now));
}

function readLabel(text: string | undefined): Label | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Label;
  } catch {
    return undefined;
  }
}

/**
 * What a release to a color changes compared with the color that has the traffic: `app.memoryMb 256 -> 512`,
 * `app.env.LOG_LEVEL`. Undefined if that was deployed by an earlier version, which did not record it.
 */
export function releasedSettings(
  settings: Settings,
  { containers }: Pick<Observation, "containers">,
  from: Color,
  to: Color,
): string[] | undefined {
  const label = containers
    .filter(({ color }) => color === from)
    .flatMap((container) => readLabel(container.settings) ?? [])[0];
  if (!label) return undefined;
  return changedSettings(label.app, settings.apps[to], settings.secrets).map(
    ({ name, before, now }) => `app.${name}${change(before, now)}`,
  );
}

function change(before: unknown, now: unknown): string {
  if (before === undefined) return isHash(now) ? " (new)" : ` (new):${shown(now)}`;
  if (now === undefined) return " (removed)";
  return isHash(before) || isHash(now) ? " (changed)" : `${shown(before)} ->${shown(now)}`;
}

/** One line for each kept color, for previews. */
export function describeKept({ color, settings }: KeptColor, isLive: boolean): string {
  const until = isLive ? "it is idle" : `its next release, for a rollback (${color}.keep)`;
  return `${color} keeps ${settings.join(", ")} until ${until}`;
}
