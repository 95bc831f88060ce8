import type * as pulumi from "@pulumi/pulumi";
import type { Color } from "../../lib/color.ts";
import type { StackNames } from "../../lib/naming.ts";
import type { Observation } from "../../lib/observation.ts";
import type { Plan } from "../../lib/plan.ts";
import type { Route } from "../../lib/route.ts";
import type { Settings } from "../../settings/types.ts";
import type { ExecHost } from "../machine/exec.ts";
import type { StackOutputs } from "./stackOutputs.ts";

/** Where a stack runs: all in which targets differ. `stacks/targets.ts` lists them. */
export interface Target {
  /**
   * Looks at what is there, and changes nothing.
   *
   * @throws UserError where what has to answer does not.
   */
  readonly observe: () => Promise<Observation>;
  /**
   * Looks for what would make an `up` fail half-way, before anything is touched.
   *
   * @throws UserError with all of it.
   */
  readonly preflight: (seen: Observation) => Promise<void>;
  readonly build: (args: StackArgs) => Promise<StackOutputs>;
  /** The hosts of the stack that are there, and can be asked to run a command. */
  readonly hosts: () => Promise<readonly StackHost[]>;
  /** @param url The balancer's public URL; empty before the first `up`. */
  readonly directRoute: (url: string) => DirectRoute;
}

/** What every target's stack is built from. */
export interface StackArgs {
  readonly settings: Settings;
  readonly plan: Plan;
  readonly names: StackNames;
  /** The hooks that keep a color with traffic as it is; none under mocks. */
  readonly hooks: (color: Color) => pulumi.ResourceHookBinding | undefined;
}

/** A host of a stack, for commands. */
export interface StackHost {
  /** `blue-1`, `edge-1`; `edge` on this machine. */
  readonly name: string;
  /** Undefined for one that runs the balancer. */
  readonly color?: Color;
  readonly machine: ExecHost;
}

/** Sets the balancer's route without Pulumi: in an emergency, and before an `up` makes it permanent. */
export interface DirectRoute {
  /**
   * What the balancer does.
   *
   * @throws UserError where it does not say.
   */
  look(): Promise<Route>;
  /**
   * @throws UserError where a color that would get traffic has no healthy host, so that the route is as
   *   it was.
   */
  set(route: Route): Promise<void>;
}
