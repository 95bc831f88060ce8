import * as pulumi from "@pulumi/pulumi";
import type { Color } from "../lib/color.ts";
import { gateProgram } from "../lib/gateProgram.ts";
import type { StackNames } from "../lib/naming.ts";
import type { HealthSettings, SmokeCheck } from "../lib/settings/types.ts";
import type { ColorPool } from "./colorPool.ts";
import type { Host } from "./host.ts";
import { runHostScript } from "./hostScript.ts";

export interface SmokeGateArgs {
  readonly pool: ColorPool;
  /** Asks the pool's hosts; a machine from which they can be reached. */
  readonly from: Host;
  readonly appPort: number;
  readonly checks: readonly SmokeCheck[];
  readonly health: HealthSettings;
  readonly names: StackNames;
  readonly edgeImage: string;
  /** Changes where the gate has to pass anew though nothing that it asks has changed. */
  readonly asked: string;
}

/**
 * The checks that must pass before a route may name a color: every host answers every check, three
 * times in a row. A resource, so that a preview shows that it will run and the engine keeps what
 * depends on it back when it fails.
 */
export class SmokeGate extends pulumi.ComponentResource {
  public readonly color: Color;

  constructor(name: string, args: SmokeGateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blue-green:app:SmokeGate", name, {}, opts);
    const { pool, health } = args;
    this.color = pool.color;
    const addresses = pulumi.all(pool.containers.map((container) => container.address));
    runHostScript(
      args.from,
      name,
      {
        script: "gate.sh",
        values: {
          COLOR: pool.color,
          DIGEST: pool.digest,
          STACK: args.names.stack,
          NETWORK: args.names.network,
          EDGE_IMAGE: args.edgeImage,
          GATE_SECONDS: health.timeoutSeconds,
          ASKED: args.asked,
        },
        input: addresses.apply((known) =>
          gateProgram({
            hosts: pool.containers.map(({ hostName, containerName }, position) => ({
              name: hostName,
              container: containerName,
              address: `${known[position] ?? ""}:${args.appPort}`,
            })),
            checks: args.checks,
            health,
          }),
        ),
      },
      { parent: this, dependsOn: [pool] },
    );
    this.registerOutputs({ color: this.color });
  }
}
