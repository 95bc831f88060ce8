import { COLORS } from "../../lib/color.ts";
import { edgeHostName, hostName } from "../../lib/naming.ts";
import type { Settings } from "../../settings/types.ts";

/** Hosts of one size. */
export interface RequiredHosts {
  /** The setting that says so, for messages. */
  readonly setting: string;
  readonly size: string;
  /** Their names within the stack. */
  readonly hosts: readonly string[];
}

/**
 * The machines that a stack's config asks for.
 *
 * @param setting Where the config has the size of those that have none of their own.
 */
export function requiredHosts(
  settings: Settings,
  setting: string,
  standard: string,
): RequiredHosts[] {
  const { pools, balancer, edge } = settings;
  const need = (own: string, size: string | undefined, hosts: readonly string[]) => ({
    setting: size === undefined ? setting : own,
    size: size ?? standard,
    hosts,
  });
  const needs = COLORS.flatMap((color) => {
    const pool = pools[color];
    const names = Array.from({ length: pool?.count ?? 0 }, (_, at) => hostName(color, at + 1));
    return pool ? [need(`${color}.size`, pool.size, names)] : [];
  });
  if (balancer !== "edge") return needs;
  const edges = Array.from({ length: edge.hosts }, (_, at) => edgeHostName(at + 1));
  return [...needs, need("edge.size", edge.size, edges)];
}
