import type { Color } from "../lib/color.ts";
import type { Secrets } from "../lib/secrets.ts";
import type { OpenStackAccount } from "./openStackAccount.ts";
import type { ReleaseSettings } from "./release.ts";
import type { ParsedConfig } from "./schema.ts";

/** The types of settings, from the schema, which also documents each key. */

export type DeepReadonly<T> = T extends object
  ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
  : T;

type Config = DeepReadonly<ParsedConfig>;
type Given<K extends keyof Config> = NonNullable<Config[K]>;

export type { OpenStackAccount } from "./openStackAccount.ts";
export type { TargetName } from "./targets.ts";
export type ProcessSettings = Config["processes"][string];
/** By name. */
export type Processes = Config["processes"];
/** Of one color: `app`, with what the color has for itself. */
export type AppSettings = Config["app"] & { readonly healthHost: string };
export type ServiceSettings = Config["services"][string];
export type SmokeCheck = Given<"smoke">[number];
export type HealthSettings = Config["health"];
export type ManagedSettings = Config["managed"];
export type TlsSettings = Given<"tls">;
export type SshSettings = Given<"ssh">;
export type RegistrySettings = Given<"registry">;
export type Persistence = NonNullable<OvhSettings["persistence"]>;

export type PoolSettings = Given<"blue">;

/** In Debian 12 and Debian 13. */
export const HAPROXY_VERSIONS = ["2.6", "3.0"] as const;
export type HaproxyVersion = (typeof HAPROXY_VERSIONS)[number];

export interface EdgeSettings extends Given<"edge"> {
  readonly port: number;
}

export interface NameAndValue {
  readonly name: string;
  readonly value: string;
}

export interface CanarySettings {
  readonly weight: number;
  readonly header: NameAndValue;
  readonly cookie?: NameAndValue;
}

/** Always configured on the edge: a first canary with it needs no reload. */
export const DEFAULT_CANARY_HEADER: NameAndValue = { name: "x-canary", value: "true" };

/** An account at a cloud, with its token. */
export interface Account {
  readonly token: string;
  /** The API's URL, without a path. */
  readonly url: string;
}

export interface DigitalOceanSettings extends Given<"digitalocean"> {
  readonly account: Account;
}

export interface OvhSettings extends Given<"ovh"> {
  /** In the same region. */
  readonly account: OpenStackAccount;
}

/** What parsing adds or changes. */
interface Derived {
  /** The active color is always present; the other one may not be deployed yet. */
  readonly pools: Readonly<Partial<Record<Color, PoolSettings>>>;
  /** For each color, also for one that is not deployed yet. */
  readonly apps: Readonly<Record<Color, AppSettings>>;
  /** As in the config for both, until a color keeps what it was deployed with. */
  readonly processes: Readonly<Record<Color, Processes>>;
  /** Texts that must not be seen. */
  readonly secrets: Secrets;
  readonly smoke: readonly SmokeCheck[];
  readonly canary?: CanarySettings;
  readonly edge: EdgeSettings;
  readonly balancer: Given<"balancer">;
  readonly digitalocean?: DigitalOceanSettings;
  readonly ovh?: OvhSettings;
  readonly release: ReleaseSettings;
}

/** A stack's whole config, checked and with defaults. */
export type Settings = Omit<Config, Color | "app" | keyof Derived> & Derived;
