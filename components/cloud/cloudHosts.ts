import type { Color } from "../../lib/color.ts";
import { edgeHostName, hostName } from "../../lib/naming.ts";
import type { Settings } from "../../settings/types.ts";

/** Makes one machine. @param size The vendor's word for it; undefined for the target's own default. */
export type MakeHost<Kind> = (name: string, size: string | undefined) => Kind;

/** The machines of a color; none where it is not deployed. */
export function colorHosts<Kind>(
  color: Color,
  { pools }: Pick<Settings, "pools">,
  make: MakeHost<Kind>,
): Kind[] {
  const pool = pools[color];
  return Array.from({ length: pool?.count ?? 0 }, (_, position) =>
    make(hostName(color, position + 1), pool?.size),
  );
}

/** The machines of a balancer of our own; none where the vendor's is used. */
export function edgeHosts<Kind>(
  { balancer, edge }: Pick<Settings, "balancer" | "edge">,
  make: MakeHost<Kind>,
): Kind[] {
  const length = balancer === "edge" ? edge.hosts : 0;
  return Array.from({ length }, (_, position) => make(edgeHostName(position + 1), edge.size));
}
