import type { PoolName } from "./listenerRoute.ts";

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
