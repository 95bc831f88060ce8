import type { Route } from "../../lib/route.ts";

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
