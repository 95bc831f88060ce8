import type * as pulumi from "@pulumi/pulumi";
import type { Balancer, Members } from "./balancer.ts";
import { BlueGreenService, type BlueGreenServiceArgs } from "./blueGreenService.ts";
import { ColorPool, type ColorPoolArgs } from "./colorPool.ts";
import type { Host } from "../machine/host.ts";
import { SmokeGate } from "./smokeGate.ts";
import type { Color } from "../../lib/color.ts";
import { gateArgs, poolArgs, type StackArgs } from "./stackArgs.ts";

/** What a target's balancer adds to a stack. */
export interface BalancerKind<Kind extends Balancer> {
  readonly makeBalancer: BlueGreenServiceArgs<Kind>["makeBalancer"];
  /** What each host of a color runs besides the app. */
  readonly beside?: (color: Color) => NonNullable<ColorPoolArgs["beside"]>;
  /** The host that asks a gate's questions; each host asks itself where it is left out. */
  readonly gateFrom?: Host;
}

/** Both pools, their gates, and a balancer of some kind, as every target has them. */
export function stackService<Kind extends Balancer>(
  args: StackArgs,
  hosts: Members,
  { makeBalancer, beside, gateFrom }: BalancerKind<Kind>,
  opts?: pulumi.ComponentResourceOptions,
): BlueGreenService<Kind> {
  const { plan } = args;
  return new BlueGreenService(
    "app",
    {
      hosts,
      route: plan.wanted,
      idleFirst: plan.idleFirst,
      makePool: (color, ofColor, childOpts) => {
        const also = beside?.(color);
        const pool = poolArgs(color, ofColor, args);
        return new ColorPool(color, { ...pool, ...(also && { beside: also }) }, childOpts);
      },
      makeGate: (name, pool, parent) => {
        const gate = gateArgs(name, pool, args);
        return new SmokeGate(name, { ...gate, ...(gateFrom && { from: gateFrom }) }, { parent });
      },
      makeBalancer,
    },
    opts,
  );
}
