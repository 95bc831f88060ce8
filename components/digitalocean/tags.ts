import type { Color } from "../../lib/color.ts";

/**
 * The tags of a stack's droplets. The balancer, the firewalls and this program find the droplets by
 * them. A tag may hold letters, digits, `:`, `-` and `_`. Stack names have no colon, so the colons keep
 * the tags of two stacks apart.
 */
export interface StackTags {
  /** All droplets of the stack. */
  readonly stack: string;
  /** Droplets that run an edge. */
  readonly edge: string;
  /** The managed balancer's members; a switch moves this tag. */
  readonly live: string;
  /** Droplets open to the managed balancer's health checks; without this tag a droplet drains. */
  readonly ready: string;
  color(color: Color): string;
  host(hostName: string): string;
}

/** @param stack `<project>/<stack>`; a dot in it becomes an underscore. */
export function stackTags(stack: string): StackTags {
  const prefix = stack.replace("/", ":").replaceAll(".", "_");
  return {
    stack: prefix,
    edge: `${prefix}:edge`,
    live: `${prefix}:live`,
    ready: `${prefix}:ready`,
    color: (color) => `${prefix}:${color}`,
    host: (hostName) => `${prefix}:host:${hostName}`,
  };
}
