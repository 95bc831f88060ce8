import * as pulumi from "@pulumi/pulumi";
import type { ColorPoolArgs } from "./colorPool.ts";
import type { Host } from "../machine/host.ts";
import type { ColorPool } from "./colorPool.ts";
import type { SmokeGateArgs } from "./smokeGate.ts";
import type { Color } from "../../lib/color.ts";
import { gateChecks } from "./gateProgram.ts";
import type { StackNames } from "../../lib/naming.ts";
import type { Plan } from "../../lib/plan.ts";
import { takesTraffic } from "../../lib/route.ts";
import type { HaproxyConfig } from "../edge/haproxyConfig.ts";
import { haproxyImage, haproxyVersion } from "../edge/haproxyVersion.ts";
import { DEFAULT_CANARY_HEADER, type Settings } from "../../settings/types.ts";

/** The image of a stack's HAProxy. */
export function edgeImageOf(settings: Settings): string {
  return haproxyImage(haproxyVersion(settings));
}

/** What every target's stack is built from. */
export interface StackArgs {
  readonly settings: Settings;
  readonly plan: Plan;
  readonly names: StackNames;
  /** The hooks that keep a color with traffic as it is; none under mocks. */
  readonly hooks: (color: Color) => pulumi.ResourceHookBinding | undefined;
}

export function poolArgs(color: Color, hosts: readonly Host[], stack: StackArgs): ColorPoolArgs {
  const { settings, plan, names } = stack;
  const pool = settings.pools[color];
  if (!pool) throw new Error(`${color} has hosts but no settings.`);
  const hooks = stack.hooks(color);
  const env = { ...settings.app.env, ...pool.env };
  const isSecret = settings.appIsSecret || pool.isSecret;
  return {
    color,
    hosts,
    imageReference: pool.image,
    app: settings.app,
    health: settings.health,
    environment: isSecret ? pulumi.secret(env) : env,
    names,
    generation: plan.containerGeneration,
    oneByOne: plan.real !== undefined && takesTraffic(color, plan.real),
    ...(settings.registry && { registry: settings.registry }),
    ...(hooks && { hooks }),
  };
}

export function gateArgs(
  name: string,
  pool: ColorPool,
  { settings, plan, names }: StackArgs,
): SmokeGateArgs {
  return {
    pool,
    appPort: settings.app.port,
    checks: gateChecks(settings.app.healthPath, settings.smoke),
    health: settings.health,
    names,
    edgeImage: edgeImageOf(settings),
    asked: name === "gate" ? plan.activeGate : plan.canaryGate,
  };
}

/** What an edge's HAProxy is told besides its members. */
export function edgeConfig({
  app,
  edge,
  canary,
  drainSeconds,
}: Settings): Omit<HaproxyConfig, "members"> {
  return {
    appPort: app.port,
    healthPath: app.healthPath,
    colorHeader: edge.colorHeader,
    canaryHeader: canary?.header ?? DEFAULT_CANARY_HEADER,
    ...(canary?.cookie && { canaryCookie: canary.cookie }),
    drainSeconds,
  };
}
