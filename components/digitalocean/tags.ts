import type { Color } from "../../lib/color.ts";

/**
 * The tags of a stack's droplets. By them the balancer and the firewalls find their droplets, and by
 * them this program sees what is there; letters, digits, `:`, `-` and `_` are allowed in one. The
 * colons keep the tags of two stacks apart, since no stack has one in its name.
 */
export interface StackTags {
  /** All droplets of the stack. */
  readonly stack: string;
  /** Those that run a balancer of our own. */
  readonly edge: string;
  /** Those that the managed balancer sends requests to: the pointer that a switch moves. */
  readonly live: string;
  /** Those whose health the managed balancer may ask about; without it a droplet is drained. */
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
