import type * as pulumi from "@pulumi/pulumi";
import type { BlueGreenService } from "./blueGreenService.ts";
import type { ColorPool } from "./colorPool.ts";
import { type Color, otherColor } from "../../lib/color.ts";
import type { Route } from "../../lib/route.ts";
import type { Settings } from "../../settings/types.ts";

/** What every target exports; names that users and pipelines rely on. */
export interface StackOutputs {
  readonly url: pulumi.Output<string>;
  readonly previewUrl: pulumi.Output<string>;
  /** What the balancer says, read back after the route was set. */
  readonly activeColor: pulumi.Output<Color>;
  readonly idleColor: pulumi.Output<Color>;
  readonly pools: Partial<Record<Color, PoolOutputs>>;
  readonly canary: pulumi.Output<CanaryOutputs>;
  /**
   * US dollars for what the config asks for, by the vendor's prices; 0 on this machine, left out where
   * the cloud's API does not tell its prices.
   */
  readonly monthlyCost?: number;
  /** Under which the release is stored; where the config names a place for it. */
  readonly release?: pulumi.Output<string>;
}

export interface PoolOutputs {
  /** As the config gave it. */
  readonly image: string;
  /** What it was resolved to, and what runs. */
  readonly digest: pulumi.Output<string>;
  readonly hosts: readonly { readonly name: string; readonly address: pulumi.Output<string> }[];
}

export interface CanaryOutputs {
  /** Percent of traffic for the idle color. */
  readonly weight: number;
  /** Whether the header and the cookie lead there. */
  readonly testers: boolean;
  /** `name: value` of the header and `name=value` of the cookie; where a canary is configured. */
  readonly header?: string;
  readonly cookie?: string;
}

export function stackOutputs(
  settings: Settings,
  service: BlueGreenService,
  monthlyCost?: number,
): StackOutputs {
  const { balancer, route, pools } = service;
  return {
    url: balancer.url,
    previewUrl: balancer.previewUrl,
    activeColor: route.apply(({ active }) => active),
    idleColor: route.apply(({ active }) => otherColor(active)),
    pools: {
      ...(pools.blue && { blue: poolOutputs(pools.blue) }),
      ...(pools.green && { green: poolOutputs(pools.green) }),
    },
    canary: route.apply((known) => canaryOutputs(settings, known)),
    ...(monthlyCost !== undefined && { monthlyCost }),
  };
}

function poolOutputs(pool: ColorPool): PoolOutputs {
  return {
    image: pool.imageReference,
    digest: pool.digest,
    hosts: pool.containers.map(({ host, address }) => ({ name: host.name, address })),
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
