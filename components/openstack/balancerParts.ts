import type { PoolName } from "./listenerRoute.ts";
import { MARKS } from "./marks.ts";
import type { ApiListener, ApiPolicy, ApiPool } from "./octaviaTypes.ts";
import { readRecord } from "./listenerRecord.ts";

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
  const generation = ({ tags = [] }: ApiListener) => readRecord(tags)?.generation ?? "";
  return own
    .filter(({ description }) => description === MARKS.listener)
    .sort((a, b) => (generation(a) < generation(b) ? 1 : -1))[0];
}
