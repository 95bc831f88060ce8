import type * as pulumi from "@pulumi/pulumi";
import type { Color } from "../../lib/color.ts";
import type { StackNames } from "../../lib/naming.ts";
import type { Observation } from "../../lib/observation.ts";
import type { Plan } from "../../lib/plan.ts";
import type { Route } from "../../lib/route.ts";
import type { Settings } from "../../settings/types.ts";
import type { ExecHost } from "../machine/exec.ts";
import type { KeptColors } from "./deployedSettings.ts";
import type { StackOutputs } from "./stackOutputs.ts";

/** Where a stack runs: everything that differs between targets. `stacks/targets.ts` lists them. */
export interface Target {
  /**
   * Reads what exists. Changes nothing.
   *
   * @throws UserError if something that must answer does not.
   */
  readonly observe: () => Promise<Observation>;
  /**
   * Finds what would make an `up` fail halfway, before anything is touched.
   *
   * @throws UserError with all problems.
   */
  readonly preflight: (seen: Observation) => Promise<void>;
  readonly build: (args: StackArgs) => Promise<StackOutputs>;
  /** The existing hosts of the stack that can run commands. */
  readonly hosts: () => Promise<readonly StackHost[]>;
  /** @param url The balancer's public URL; empty before the first `up`. */
  readonly directRoute: (url: string) => DirectRoute;
}

/** Arguments for every target's stack. */
export interface StackArgs {
  /** What each color runs with after this `up`: a kept color has what it was deployed with. */
  readonly settings: Settings;
  readonly kept?: KeptColors;
  /** The colors that this `up` deploys. Default: both. */
  readonly deployed?: ReadonlySet<Color>;
  readonly plan: Plan;
  readonly names: StackNames;
  /** The hooks that pull from a private registry, see `registryPull`; empty under mocks. */
  readonly pull?: pulumi.ResourceHookBinding;
  /** The hooks that keep a color with traffic unchanged; none under mocks. */
  readonly hooks: (color: Color) => pulumi.ResourceHookBinding | undefined;
}

/** A host of a stack, for commands. */
export interface StackHost {
  /** `blue-1`, `edge-1`, `services`; `edge` on this machine. */
  readonly name: string;
  /** Undefined if it runs the balancer or the services. */
  readonly color?: Color;
  readonly machine: ExecHost;
}

/** Sets the balancer's route without Pulumi: in an emergency, or before an `up` makes it permanent. */
export interface DirectRoute {
  /**
   * The balancer's current route.
   *
   * @throws UserError if it does not report one.
   */
  look(): Promise<Route>;
  /**
   * @returns what could not be recorded, although the balancer follows the route.
   * @throws UserError if a color that would get traffic has no healthy host; the route is then unchanged.
   */
  set(route: Route): Promise<readonly string[]>;
  /** Absent for a balancer that can't take the traffic back by itself. */
  readonly grants?: Grants;
}

/** What edges have answered about a grant; the two lists hold names of edges. */
export interface GrantAnswer {
  /** Those whose time was extended, or whose route is permanent now. */
  readonly granted: readonly string[];
  /** Those that have taken the traffic back. */
  readonly expired: readonly string[];
  /** What those that did not answer are, and why. */
  readonly problems: readonly string[];
}

/** The time-limited route of a release: the edges end it by themselves unless it is renewed. */
export interface Grants {
  /** Extends it by so many seconds from now. Does nothing to a permanent route. Never rejects. */
  renew(seconds: number): Promise<GrantAnswer>;
  /** Makes it permanent. Never rejects. */
  keep(): Promise<GrantAnswer>;
}
