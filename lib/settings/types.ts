import type { Color } from "../color.ts";

export type Target = "local" | "digitalocean" | "ovh";

/** What all containers of the app have in common. */
export interface AppSettings {
  /** The port on which the app listens inside its container. */
  readonly port: number;
  /** The URL path whose answer 200 means healthy. */
  readonly healthPath: string;
  readonly env: Readonly<Record<string, string>>;
  /** `uid:gid` to run as; empty for the image's own user, or 65534:65534 where that is root. */
  readonly user: string;
  /** Limits of each container: memory in MiB, CPUs, number of processes and threads. */
  readonly memoryMb: number;
  readonly cpus: number;
  readonly pids: number;
  /** Seconds between SIGTERM and SIGKILL: time for requests in flight. */
  readonly stopSeconds: number;
}

export interface PoolSettings {
  readonly image: string;
  /** Hosts; containers where the target is `local`. */
  readonly count: number;
  /** For this color only; goes before `app.env`. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether the config holds a secret here, so that the environment is kept secret as well. */
  readonly isSecret: boolean;
}

/** One question of a gate. */
export interface SmokeCheck {
  readonly path: string;
  readonly status: number;
  /** Text that the body must contain; empty for any body. */
  readonly contains: string;
  /** Sent with the request. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface HealthSettings {
  /** How long a gate, and a container's own HEALTHCHECK, may take until it passes. */
  readonly timeoutSeconds: number;
  /** How long a gate waits after an answer that was not right. */
  readonly intervalSeconds: number;
}

export interface NameAndValue {
  readonly name: string;
  readonly value: string;
}

export interface CanarySettings {
  /** Percent, 0 to 100, one decimal. */
  readonly weight: number;
  readonly header: NameAndValue;
  readonly cookie?: NameAndValue;
}

/** Configured on the edge always, so that a first canary with it needs no reload. */
export const DEFAULT_CANARY_HEADER: NameAndValue = { name: "x-canary", value: "true" };

export interface EdgeSettings {
  /** Where users come in. */
  readonly port: number;
  /** Always leads to the idle color; only from this machine. */
  readonly previewPort: number;
  /** The response header that names the color which served; empty for none. */
  readonly colorHeader: string;
}

/** All that a stack's config says, checked and with its defaults. */
export interface Settings {
  readonly target: Target;
  readonly activeColor: Color;
  /** The active color is always there; the other one may not be deployed yet. */
  readonly pools: Readonly<Partial<Record<Color, PoolSettings>>>;
  readonly app: AppSettings;
  /** Whether `app` holds a secret. */
  readonly appIsSecret: boolean;
  readonly smoke: readonly SmokeCheck[];
  readonly health: HealthSettings;
  readonly canary?: CanarySettings;
  readonly drainSeconds: number;
  readonly edge: EdgeSettings;
  readonly balancer: "managed" | "edge";
  /** Lets an `up` change a color that takes traffic. */
  readonly allowLiveChange: boolean;
}
