import type { Observation } from "../../lib/observation.ts";
import type { StackOutputs } from "./stackOutputs.ts";
import type { StackArgs } from "./stackArgs.ts";

/** Where a stack runs: all that a new target has to supply besides its hosts and its balancer. */
export interface Target {
  /**
   * Looks at what is there, and changes nothing.
   *
   * @throws UserError where what has to answer does not.
   */
  observe(): Promise<Observation>;
  /**
   * Looks for what would make an `up` fail half-way, before anything is touched.
   *
   * @throws UserError with all of it.
   */
  preflight(seen: Observation): Promise<void>;
  build(args: StackArgs): Promise<StackOutputs>;
}
