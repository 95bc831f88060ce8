import * as pulumi from "@pulumi/pulumi";
import type { Color } from "../../lib/color.ts";
import { gateProgram, haveJson } from "./gateProgram.ts";
import type { Secrets } from "../../lib/secrets.ts";
import type { StackNames } from "../../lib/naming.ts";
import type { AppSettings, HealthSettings, SmokeCheck } from "../../settings/types.ts";
import type { AppContainer } from "./appContainer.ts";
import type { ColorPool } from "./colorPool.ts";
import type { Host } from "../machine/host.ts";
import { runHostScript } from "../machine/hostScript.ts";

export interface SmokeGateArgs {
  readonly pool: ColorPool;
  /** Checks all of the pool's hosts, so must reach them; by default each checks itself. */
  readonly from?: Host;
  readonly app: AppSettings;
  readonly checks: readonly SmokeCheck[];
  readonly health: HealthSettings;
  readonly secrets: Secrets;
  readonly names: StackNames;
  readonly edgeImage: string;
  /** A new value makes the gate run again even if its checks are the same. */
  readonly generation: string;
  /** Set if it is for a deploy and not for a route: it runs once, and again only where it `asks`. */
  readonly deploy?: { readonly asks: boolean };
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
      script: ["causes.sh", "gate.sh"],
      values: {
        COLOR: pool.color,
        DIGEST: pool.digest,
        STACK: args.names.stack,
        NETWORK: from.network,
        EDGE_IMAGE: args.edgeImage,
        ...(haveJson(args.checks) && { JSON_CHECKS: "yes" }),
        GATE_SECONDS: health.timeoutSeconds,
        PORT: args.app.port,
        MIN_UPTIME: health.minUptimeSeconds,
        CONTAINERS: containers
          .map(({ host, containerName }) => `${host.name}|${containerName}`)
          .join("\n"),
        SO: args.deploy ? "it can't take traffic" : "the route is unchanged",
        GENERATION: args.generation,
        ...(args.deploy && {
          DEPLOYED: pulumi
            .all(containers.map(({ containerId }) => containerId))
            .apply((ids) => ids.join("\n")),
        }),
      },
      input: addresses.apply((known) =>
        gateProgram({
          hosts: containers.map(({ host, containerName }, position) => ({
            name: host.name,
            container: containerName,
            address: `${known[position] ?? ""}:${args.app.port}`,
          })),
          checks: args.checks,
          app: args.app,
          health,
          secrets: args.secrets,
        }),
      ),
    },
    {
      parent,
      dependsOn: [pool, ...(from.haproxyImage ? [from.haproxyImage] : [])],
      ...(args.deploy && onlyIf(args.deploy.asks)),
    },
  );
}

/** One that fails is left out of the state by its replacement, so that the next `up` asks again. */
function onlyIf(asks: boolean): pulumi.CustomResourceOptions {
  return asks
    ? { replaceOnChanges: ["stdin"], deleteBeforeReplace: true }
    : { ignoreChanges: ["stdin"] };
}
