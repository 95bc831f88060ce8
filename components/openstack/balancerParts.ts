import { readListenerRecord } from "./listenerRecord.ts";
import type { PoolName } from "./listenerRoute.ts";
import type { ApiListener, ApiPolicy, ApiPool } from "./octaviaTypes.ts";

/**
 * What the parts of a load balancer have as their description, so that this program finds them again:
 * their names are Pulumi's, with random letters, and Octavia's pools have no tags in the provider.
 */
export const MARKS = {
  /** By which users come in; its default pool is the route. */
  listener: "blue-green: users",
  /** For testers. */
  preview: "blue-green: preview",
  /** Leads requests with the canary header or cookie to the idle color. */
  testers: "blue-green: testers",
  pool: (name: PoolName): string => `blue-green: ${name}`,
} as const;

/** What of a load balancer makes its route; ids. */
export interface BalancerParts {
  readonly balancer: string;
  /** By which users come in. */
  readonly listener: string;
  /** For testers; left out where nobody may be one. */
  readonly preview?: string;
  readonly pools: Readonly<Record<PoolName, string>>;
  /** Lead requests with the canary header or cookie to the idle color. */
  readonly policies: readonly string[];
}

/** @returns undefined where a first `up` was ended before all of it was there. */
export function partsOf(
  balancer: string,
  listeners: readonly ApiListener[],
  pools: readonly ApiPool[],
  policies: readonly ApiPolicy[],
): BalancerParts | undefined {
  const isOurs = (one: Pick<ApiListener, "loadbalancers">) =>
    one.loadbalancers.some(({ id }) => id === balancer);
  const own = listeners.filter(isOurs);
  const listener = usersListener(own)?.id;
  const preview = own.find(({ description }) => description === MARKS.preview)?.id;
  const pool = (name: PoolName) =>
    pools.find((one) => isOurs(one) && one.description === MARKS.pool(name))?.id;
  const [blue, green, shared] = [pool("blue"), pool("green"), pool("shared")];
  if (!listener || !blue || !green || !shared) return undefined;
  return {
    balancer,
    listener,
    ...(preview !== undefined && { preview }),
    pools: { blue, green, shared },
    policies: policies
      .filter((one) => one.listener_id === listener && one.description === MARKS.testers)
      .map(({ id }) => id),
  };
}

/**
 * Where HTTPS has just been added or taken away there are two: the one with the latest route serves, or
 * will when the `up` that was ended is done again.
 */
function usersListener(own: readonly ApiListener[]): ApiListener | undefined {
  const generation = ({ tags = [] }: ApiListener) => readListenerRecord(tags)?.generation ?? "";
  return own
    .filter(({ description }) => description === MARKS.listener)
    .sort((a, b) => (generation(a) < generation(b) ? 1 : -1))[0];
}
