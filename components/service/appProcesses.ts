import * as pulumi from "@pulumi/pulumi";
import type { ProcessStep } from "../../lib/plan.ts";
import type { PlacedProcess } from "../../lib/processes.ts";
import type { ProcessSettings } from "../../settings/types.ts";
import type { Host } from "../machine/host.ts";
import { AppContainer } from "./appContainer.ts";
import type { ColorPool, ColorPoolArgs } from "./colorPool.ts";

/** A container of a process, and what this `up` does with it. */
export type AppProcess = PlacedProcess<Host, ProcessSettings> & ProcessStep;

export interface AppProcessesArgs extends ColorPoolArgs {
  /** The color's web containers, whose image the processes run. */
  readonly pool: ColorPool;
  /** At least one. */
  readonly placed: readonly AppProcess[];
}

/** Containers of a color's processes: all its workers, or all its singles. */
export class AppProcesses extends pulumi.ComponentResource {
  constructor(name: string, args: AppProcessesArgs, opts: pulumi.ComponentResourceOptions) {
    super("blue-green:app:AppProcesses", name, {}, opts);
    for (const process of args.placed) {
      const { host, containerName, generation } = process;
      new AppContainer(
        process.name,
        { ...args, host, image: args.pool.imageOn(host), containerName, generation, process },
        { parent: this, ...(opts.dependsOn && { dependsOn: opts.dependsOn }) },
      );
    }
    this.registerOutputs({});
  }
}

/** A container of a process, as outputs show it. */
export interface ProcessOutput {
  /** As in the config. */
  readonly name: string;
  readonly kind: ProcessSettings["kind"];
  readonly host: string;
  readonly container: string;
  /** Whether it works; that of the color that takes the traffic does. */
  readonly runs: boolean;
}

export function processOutputs(processes: readonly AppProcess[]): ProcessOutput[] {
  return processes.map(({ host, process, settings, containerName, runs }) => ({
    name: process,
    kind: settings.kind,
    host: host.name,
    container: containerName,
    runs,
  }));
}
