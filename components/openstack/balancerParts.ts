import { readListenerRecord } from "./listenerRecord.ts";
import type { PoolName } from "./listenerRoute.ts";
import type { ApiListener, ApiPolicy, ApiPool } from "./octaviaTypes.ts";

/**
 * Descriptions that identify a load balancer's parts: Pulumi's names have random suffixes, and the
 * provider has no tags for Octavia's pools.
 */
export const MARKS = {
  /** For users; its default pool is the route. */
  listener: "blue-green: users",
  /** For testers. */
  preview: "blue-green: preview",
  /** Leads requests with the canary header or cookie to the idle color. */
  testers: "blue-green: testers",
  pool: (name: PoolName): string => `blue-green: ${name}`,
} as const;

/** Ids of the load balancer's parts that make up its route. */
export interface BalancerParts {
  readonly balancer: string;
  /** For users. */
  readonly listener: string;
  /** For testers; left out if the preview is closed. */
  readonly preview?: string;
  readonly pools: Readonly<Record<PoolName, string>>;
  /** Lead requests with the canary header or cookie to the idle color. */
  readonly policies: readonly string[];
}

/** @returns undefined if a first `up` was interrupted before all parts existed. */
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
 * While HTTPS is being added or removed there are two. The one with the latest route serves users, or will
 * once the interrupted `up` is repeated.
 */
function usersListener(own: readonly ApiListener[]): ApiListener | undefined {
  const generation = ({ tags = [] }: ApiListener) => readListenerRecord(tags)?.generation ?? "";
  return own
    .filter(({ description }) => description === MARKS.listener)
    .sort((a, b) => (generation(a) < generation(b) ? 1 : -1))[0];
}
