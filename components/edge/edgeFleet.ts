import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { Plan } from "../../lib/plan.ts";
import type { Route } from "../../lib/route.ts";
import { stepCommand } from "../../lib/step.ts";
import { type SshSecrets, sshEnvironment } from "../machine/hostKeys.ts";
import type { Host, HostCommand } from "../machine/host.ts";
import { edgeContainer, type EdgeContainerArgs } from "./edgeContainer.ts";

/** A host in a cloud that runs an edge. */
export interface EdgeHost extends Host {
  readonly publicAddress: pulumi.Output<string>;
  /** The droplet or instance. A new one may have the old one's address, but has no route yet. */
  readonly machineId: pulumi.Output<string>;
}

export interface EdgeFleetArgs extends EdgeContainerArgs {
  readonly hosts: readonly EdgeHost[];
  readonly ssh: Pick<SshSecrets, "secret">;
  readonly plan: Pick<Plan, "routeGeneration" | "activeGate" | "canaryGate" | "edgeGeneration">;
}

/**
 * Our HAProxy on one or more hosts in a cloud, all with the same route. They change one after the
 * other: a change that breaks one never reaches the next.
 */
export class EdgeFleet extends pulumi.ComponentResource {
  readonly #args: EdgeFleetArgs;
  readonly #name: string;

  constructor(name: string, args: EdgeFleetArgs, opts?: pulumi.ComponentResourceOptions) {
    super("blue-green:haproxy:EdgeFleet", name, {}, opts);
    this.#args = args;
    this.#name = name;
    const made: pulumi.Resource[] = [];
    for (const host of args.hosts) {
      const dependsOn = made.slice(-1);
      made.push(edgeContainer(host, host.name, args, { parent: this, dependsOn }));
    }
    this.registerOutputs();
  }

  /** Sets the route on all of them; succeeds only when all have acknowledged it. */
  setRoute(route: Route, dependsOn: readonly pulumi.Resource[]): HostCommand {
    const { hosts, names, plan, ssh } = this.#args;
    return new command.local.Command(
      `${this.#name}-route`,
      {
        create: stepCommand("edge-route"),
        // A `SetRoutesInput`; a preview shows what changes in it.
        stdin: pulumi.jsonStringify({
          route,
          hosts: hosts.map(({ name, publicAddress, machineId }) => ({
            ...{ name, address: publicAddress, machine: machineId },
          })),
          stack: names.stack,
          container: names.edge,
          generation: plan.routeGeneration,
          activeGate: plan.activeGate,
          canaryGate: plan.canaryGate,
        }),
        environment: pulumi.secret(sshEnvironment({ secret: ssh.secret })),
        logging: "none",
      },
      { parent: this, dependsOn: [this, ...dependsOn] },
    );
  }
}
