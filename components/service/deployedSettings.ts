import { COLORS, type Color } from "../../lib/color.ts";
import type { Observation } from "../../lib/observation.ts";
import type { Plan } from "../../lib/plan.ts";
import { type Route, takesTraffic } from "../../lib/route.ts";
import type { AppSettings, Processes, Settings } from "../../settings/types.ts";
import {
  changedSettings,
  holdsHash,
  isHash,
  isHidden,
  knownApp,
  knownProcesses,
  readLabel,
} from "./deployedLabel.ts";

/** A color whose containers stay as they were deployed, although the config says otherwise now. */
export interface KeptColor {
  readonly color: Color;
  /** By setting: `app.memoryMb 256`, `app.env.LOG_LEVEL`, `processes.worker.count 2`. */
  readonly settings: readonly string[];
  /** Whether its environment, or a secret, is among them: no new host could get these. */
  readonly hasUnknown: boolean;
  /** The generation of each container that exists, by name. */
  readonly generations: Readonly<Record<string, string>>;
  readonly app: Partial<AppSettings>;
  /** Absent if an earlier version did not record them. */
  readonly processes?: Processes;
}

export type KeptColors = Readonly<Partial<Record<Color, KeptColor>>>;

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
    const changed = label ? changedSettings(label, settings, color) : [];
    if (!label || changed.length === 0) return [];
    return [
      {
        color,
        settings: changed.map(({ name, before }) => `${name}${shown(before)}`),
        hasUnknown: changed.some(
          ({ name, before }) => name.startsWith("app.env.") || holdsHash(before),
        ),
        generations: Object.fromEntries(there.map(({ name, generation }) => [name, generation])),
        app: knownApp(label),
        ...(label.processes && { processes: knownProcesses(label) }),
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
      return label?.image === pool.image && changedSettings(label, settings, color).length === 0;
    });
    return pool !== undefined && (!isCurrent || there.length < pool.count);
  });
  return new Set(deployed);
}

function shown(value: unknown): string {
  if (value === undefined) return " (not set)";
  if (isHidden(value)) return "";
  return ` ${typeof value === "string" ? value : JSON.stringify(value)}`;
}

/** The settings with what the kept colors were deployed with, for what asks them: gates and balancers. */
export function withKept(settings: Settings, kept: KeptColors): Settings {
  const app = (color: Color): AppSettings => ({ ...settings.apps[color], ...kept[color]?.app });
  const processes = (color: Color) => kept[color]?.processes ?? settings.processes[color];
  return {
    ...settings,
    apps: { blue: app("blue"), green: app("green") },
    processes: { blue: processes("blue"), green: processes("green") },
  };
}

/**
 * What a release to a color changes compared with the color that has the traffic: `app.memoryMb 256 -> 512`,
 * `app.env.LOG_LEVEL`, `processes.worker (new)`. Undefined if that was deployed by an earlier version, which did not
 * record it.
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
  const unrecorded = !label.processes && Object.keys(settings.processes[to]).length > 0;
  return [
    ...changedSettings(label, settings, to).map(
      ({ name, before, now }) => `${name}${change(before, now)}`,
    ),
    ...(unrecorded ? [`processes, since it is not recorded what ${from} was deployed with`] : []),
  ];
}

function change(before: unknown, now: unknown): string {
  if (before === undefined) return isHidden(now) ? " (new)" : ` (new):${shown(now)}`;
  if (now === undefined) return " (removed)";
  return isHash(before) || isHash(now) ? " (changed)" : `${shown(before)} ->${shown(now)}`;
}

/** One line for each kept color, for previews. */
export function describeKept({ color, settings }: KeptColor, isLive: boolean): string {
  const until = isLive ? "it is idle" : `its next release, for a rollback (${color}.keep)`;
  return `${color} keeps ${settings.join(", ")} until ${until}`;
}
