import type * as pulumi from "@pulumi/pulumi";
import { type ProcessOutput, processOutputs } from "./appProcesses.ts";
import type { BlueGreenService } from "./blueGreenService.ts";
import type { ColorPool } from "./colorPool.ts";
import { type Color, otherColor } from "../../lib/color.ts";
import type { Route } from "../../lib/route.ts";
import type { Settings } from "../../settings/types.ts";

/** Every target's outputs; users and pipelines rely on the names. */
export interface StackOutputs {
  readonly url: pulumi.Output<string>;
  readonly previewUrl: pulumi.Output<string>;
  /** Read back from the balancer after the route was set. */
  readonly activeColor: pulumi.Output<Color>;
  readonly idleColor: pulumi.Output<Color>;
  readonly pools: Partial<Record<Color, PoolOutputs>>;
  readonly canary: pulumi.Output<CanaryOutputs>;
  /** What stands beside both colors, by name; set if the config has any. */
  readonly services?: Readonly<Record<string, ServiceOutput>>;
  /**
   * US dollars for what the config asks for, by the vendor's prices; 0 on this machine, left out if the
   * cloud's API has no prices.
   */
  readonly monthlyCost?: number;
  /** The name of the stored release, if the config names a place for it. */
  readonly release?: pulumi.Output<string>;
}

export interface PoolOutputs {
  /** As the config names it. */
  readonly image: string;
  /** What it resolved to and what runs. */
  readonly digest: pulumi.Output<string>;
  readonly hosts: readonly { readonly name: string; readonly address: pulumi.Output<string> }[];
  /** Set if the config has any. */
  readonly processes?: readonly ProcessOutput[];
}

export interface ServiceOutput {
  /** As the config names it. */
  readonly image: string;
  /** What it resolved to and what runs. */
  readonly digest: pulumi.Output<string>;
  /** For the app: `db:5432`. */
  readonly address: string;
  readonly container: string;
}

export interface CanaryOutputs {
  /** The idle color's share in percent. */
  readonly weight: number;
  /** Whether the header and the cookie lead to the idle color. */
  readonly testers: boolean;
  /** `name: value` of the header and `name=value` of the cookie, if a canary is configured. */
  readonly header?: string;
  readonly cookie?: string;
}

export function stackOutputs(
  settings: Settings,
  service: BlueGreenService,
  monthlyCost?: number,
): StackOutputs {
  const { balancer, route, pools, services } = service;
  const beside = Object.entries(services).map(([name, { output }]) => [name, output] as const);
  return {
    url: balancer.url,
    previewUrl: balancer.previewUrl,
    activeColor: route.apply(({ active }) => active),
    idleColor: route.apply(({ active }) => otherColor(active)),
    pools: {
      ...(pools.blue && { blue: poolOutputs(pools.blue, service) }),
      ...(pools.green && { green: poolOutputs(pools.green, service) }),
    },
    canary: route.apply((known) => canaryOutputs(settings, known)),
    ...(beside.length > 0 && { services: Object.fromEntries(beside) }),
    ...(monthlyCost !== undefined && { monthlyCost }),
  };
}

function poolOutputs(pool: ColorPool, { processes }: BlueGreenService): PoolOutputs {
  const placed = processes[pool.color];
  return {
    image: pool.imageReference,
    digest: pool.digest,
    hosts: pool.containers.map(({ host, address }) => ({ name: host.name, address })),
    ...(placed.length > 0 && { processes: processOutputs(placed) }),
  };
}

function canaryOutputs({ canary }: Settings, route: Route): CanaryOutputs {
  return {
    weight: route.canaryWeight,
    testers: route.testers,
    ...(canary && { header: `${canary.header.name}: ${canary.header.value}` }),
    ...(canary?.cookie && { cookie: `${canary.cookie.name}=${canary.cookie.value}` }),
  };
}
