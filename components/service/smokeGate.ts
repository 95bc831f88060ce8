import * as pulumi from "@pulumi/pulumi";
import type { Color } from "../../lib/color.ts";
import { gateProgram } from "./gateProgram.ts";
import type { Secrets } from "../../lib/secrets.ts";
import type { StackNames } from "../../lib/naming.ts";
import type { HealthSettings, SmokeCheck } from "../../settings/types.ts";
import type { AppContainer } from "./appContainer.ts";
import type { ColorPool } from "./colorPool.ts";
import type { Host } from "../machine/host.ts";
import { runHostScript } from "../machine/hostScript.ts";

export interface SmokeGateArgs {
  readonly pool: ColorPool;
  /** Checks all of the pool's hosts, so must reach them; by default each checks itself. */
  readonly from?: Host;
  readonly appPort: number;
  readonly checks: readonly SmokeCheck[];
  readonly health: HealthSettings;
  readonly secrets: Secrets;
  readonly names: StackNames;
  readonly edgeImage: string;
  /** A new value makes the gate run again even if its checks are the same. */
  readonly generation: string;
}

/**
 * The checks that must pass before a route may name a color: every host passes every check three times
 * in a row. It is a resource: a preview shows that it will run, and if it fails, the engine stops
 * everything that depends on it.
 */
export class SmokeGate extends pulumi.ComponentResource {
  public readonly color: Color;

  constructor(name: string, args: SmokeGateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blue-green:app:SmokeGate", name, {}, opts);
    const { pool, from } = args;
    this.color = pool.color;
    if (from) {
      ask(name, from, pool.containers, args, this);
    } else {
      for (const container of pool.containers) {
        ask(`${name}-${container.host.name}`, container.host, [container], args, this);
      }
    }
    this.registerOutputs({ color: this.color });
  }
}

function ask(
  name: string,
  from: Host,
  containers: readonly AppContainer[],
  { pool, health, ...args }: SmokeGateArgs,
  parent: SmokeGate,
): void {
  const addresses = pulumi.all(containers.map((container) => container.address));
  runHostScript(
    from,
    name,
    {
      script: "gate.sh",
      values: {
        COLOR: pool.color,
        DIGEST: pool.digest,
        STACK: args.names.stack,
        NETWORK: from.network,
        EDGE_IMAGE: args.edgeImage,
        GATE_SECONDS: health.timeoutSeconds,
        GENERATION: args.generation,
      },
      input: addresses.apply((known) =>
        gateProgram({
          hosts: containers.map(({ host, containerName }, position) => ({
            name: host.name,
            container: containerName,
            address: `${known[position] ?? ""}:${args.appPort}`,
          })),
          checks: args.checks,
          health,
          secrets: args.secrets,
        }),
      ),
    },
    { parent, dependsOn: [pool, ...(from.haproxyImage ? [from.haproxyImage] : [])] },
  );
}
