import { COLORS, type Color } from "../../lib/color.ts";
import { edgeHostNames, hostNames, SERVICES_HOST } from "../../lib/naming.ts";
import type { Settings } from "../../settings/types.ts";

/** Hosts of one size. */
export interface RequiredHosts {
  /** The setting that gives the size, for messages. */
  readonly setting: string;
  readonly size: string;
  /** Their names within the stack. */
  readonly hosts: readonly string[];
}

/** A setting of the target that gives a size. */
export interface SizeSetting<Size> {
  readonly setting: string;
  readonly size: Size;
}

/**
 * The machines that a stack's config asks for.
 *
 * @param standard For hosts without a size of their own.
 * @param ofServices For the machine of the services.
 */
export function requiredHosts(
  settings: Settings,
  standard: SizeSetting<string>,
  ofServices: SizeSetting<string | undefined>,
): RequiredHosts[] {
  const { pools, balancer, edge, services } = settings;
  const need = (own: string, size: string | undefined, hosts: readonly string[]) => ({
    ...(size === undefined ? standard : { setting: own, size }),
    hosts,
  });
  const needs = COLORS.flatMap((color) => {
    const pool = pools[color];
    return pool ? [need(`${color}.size`, pool.size, hostNames(color, pool.count))] : [];
  });
  if (balancer === "edge") needs.push(need("edge.size", edge.size, edgeHostNames(edge.hosts)));
  if (Object.keys(services).length > 0) {
    needs.push(need(ofServices.setting, ofServices.size, [SERVICES_HOST]));
  }
  return needs;
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
