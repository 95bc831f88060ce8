import type { PoolName } from "./listenerRoute.ts";

/**
 * What the parts of a load balancer have as their description, so that this program finds them again:
 * their names are Pulumi's, with random letters, and Octavia's pools have no tags in the provider.
 */
export const MARKS = {
  /** The one that users come in by, whose default pool is the route. */
  listener: "blue-green: users",
  /** For testers. */
  preview: "blue-green: preview",
  pool: (name: PoolName): string => `blue-green: ${name}`,
} as const;
