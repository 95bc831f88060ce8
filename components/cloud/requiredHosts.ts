import { COLORS, type Color } from "../../lib/color.ts";
import { edgeHostNames, hostNames } from "../../lib/naming.ts";
import type { Settings } from "../../settings/types.ts";

/** Hosts of one size. */
export interface RequiredHosts {
  /** The setting that gives the size, for messages. */
  readonly setting: string;
  readonly size: string;
  /** Their names within the stack. */
  readonly hosts: readonly string[];
}

/**
 * The machines that a stack's config asks for.
 *
 * @param setting The target's setting for hosts without a size of their own.
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
    return pool ? [need(`${color}.size`, pool.size, hostNames(color, pool.count))] : [];
  });
  if (balancer !== "edge") return needs;
  return [...needs, need("edge.size", edge.size, edgeHostNames(edge.hosts))];
}

/** Makes one machine. @param size The vendor's name; undefined for the target's default. */
export type MakeHost<Kind> = (name: string, size: string | undefined) => Kind;

/** The machines of a color; none if it is not deployed. */
export function colorHosts<Kind>(
  color: Color,
  { pools }: Pick<Settings, "pools">,
  make: MakeHost<Kind>,
): Kind[] {
  const pool = pools[color];
  return hostNames(color, pool?.count ?? 0).map((name) => make(name, pool?.size));
}

/** The edges' machines; none with a managed balancer. */
export function edgeHosts<Kind>(
  { balancer, edge }: Pick<Settings, "balancer" | "edge">,
  make: MakeHost<Kind>,
): Kind[] {
  const count = balancer === "edge" ? edge.hosts : 0;
  return edgeHostNames(count).map((name) => make(name, edge.size));
}
