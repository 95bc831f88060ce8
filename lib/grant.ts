import { formatRoute, type Route } from "./route.ts";

/** How long a release that falls silent keeps what it has given; it renews that several times within. */
export const GRANT_SECONDS = 60;

/** In the environment of `pulumi up`; not an input, so that a later `up` without it changes nothing. */
export const GRANT_VARIABLE = "BLUEGREEN_GRANT";

/** As `set-route` takes it: the time, and the route that applies after it. */
export function formatGrant(fallback: Route): string {
  return `${GRANT_SECONDS}:${formatRoute(fallback)}`;
}
