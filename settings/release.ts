/** How releases go; read by `bluegreen`, which `pulumi up` takes no notice of. */
export interface ReleaseSettings {
  /** What comes between the deploy and the switch, in order; none for a switch at once. */
  readonly steps: readonly CanaryStep[];
  /** How long the new color is judged after the switch. */
  readonly watchSeconds: number;
  /** Hard limit of the share of requests that fail, in percent. */
  readonly maxErrorRate: number;
  /** Hard limit of the latency, as a multiple of the other color's. */
  readonly maxLatencyRatio: number;
  /** In percent: 100 minus the share of good releases that may be judged bad. */
  readonly confidence: number;
  /** Who counts requests and failures. */
  readonly source: "edge" | "prometheus" | "probe";
  readonly prometheus?: PrometheusSettings;
  readonly probe: ProbeSettings;
  /** Whether a person has to say `bluegreen promote` before the switch. */
  readonly approval: boolean;
  /** How long the old color stays whole after the switch. */
  readonly keepWarmMinutes: number;
  /** To how many hosts the idle color shrinks after that; absent where it is left as it is. */
  readonly idleCount?: number;
  /** When no release may begin. */
  readonly windows: readonly FreezeWindow[];
  readonly hooks: Readonly<Partial<Record<HookName, HookSettings>>>;
  readonly notify: readonly Notification[];
  /** Where lock, journal and history lie; beside the state where it is left out. */
  readonly store?: string;
}

export interface CanaryStep {
  /** Percent of the traffic for the new color; 0 for testers only, who are sent on by a person. */
  readonly weight: number;
  readonly durationSeconds: number;
  /** How many requests the new color must have answered. */
  readonly minRequests: number;
}

/** Queries hold `{{color}}` and give totals that only grow; for the latency buckets, by `le`. */
export interface PrometheusSettings {
  readonly url: string;
  readonly requests: string;
  readonly errors: string;
  readonly latency?: string;
}

export interface ProbeSettings {
  /** What is asked; the health path where it is left out. */
  readonly path: string;
  readonly ratePerSecond: number;
}

/**
 * `from` and `to` are both days of the week with a time (`Fri 16:00`), or both dates (`2026-12-24`), of
 * which the last is still frozen.
 */
export interface FreezeWindow {
  readonly from: string;
  readonly to: string;
  /** Such as `Europe/Paris`. */
  readonly timeZone: string;
}

export const HOOKS = ["beforeDeploy", "beforeSwitch", "afterSwitch", "onRollback"] as const;

export type HookName = (typeof HOOKS)[number];

export interface HookSettings {
  /** For `sh -c`, in the project's folder. */
  readonly command: string;
  readonly timeoutSeconds: number;
}

/** One of the three. */
export interface Notification {
  /** A URL that gets the event as JSON. */
  readonly webhook?: string;
  /** A URL that gets it as Slack takes it. */
  readonly slack?: string;
  /** For `sh -c`; gets the event as JSON by standard input. */
  readonly command?: string;
}
