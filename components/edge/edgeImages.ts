import { EDGE_HOST } from "../../lib/naming.ts";
import type { ObservedEdge } from "../../lib/observation.ts";
import { localRecipe, newestRecipe } from "../../settings/haproxyVersion.ts";
import type { Settings } from "../../settings/types.ts";

/** What runs on each edge, by host. */
export type SeenEdgeImages = Readonly<Record<string, ObservedEdge>>;

/** An edge whose image differs from the one that this program would build. */
export interface EdgeBehind {
  readonly host: string;
  readonly running: ObservedEdge;
  readonly newest: string;
  /** Whether the next `up` replaces its container. */
  readonly isReplaced: boolean;
}

export function edgesBehind(settings: Settings, edges: SeenEdgeImages = {}): EdgeBehind[] {
  return Object.entries(edges).flatMap(([host, running]) => {
    const newest = newestRecipe(settings, running.image).image;
    const next = settings.target === "local" ? localRecipe(settings, running.image).image : newest;
    if (running.image === newest) return [];
    return [{ host, running, newest, isReplaced: next !== running.image }];
  });
}

/** One line for each edge that is behind, with what a replacement costs. */
export function edgeImageWarnings(settings: Settings, edges: SeenEdgeImages = {}): string[] {
  return edgesBehind(settings, edges).map(({ host, running, newest, isReplaced }) => {
    const version = running.haproxy === undefined ? "" : ` (HAProxy ${running.haproxy})`;
    const name = host === EDGE_HOST ? "The balancer" : host;
    const fact = `${name} runs the image ${running.image}${version}; this program would build ${newest}.`;
    return isReplaced
      ? `${fact} pulumi up replaces its container: ${cost(settings)}`
      : `${fact} It stays until you ask for it, because a replacement interrupts traffic: ` +
          `pulumi config set --path edge.packageDate $(date +%F), pulumi up. Then ${cost(settings)}`;
  });
}

function cost({ target, edge }: Settings): string {
  return target === "digitalocean" && edge.hosts > 1
    ? "one edge after the other, while the load balancer sends all users to the other one."
    : "its open requests are cut, and new ones fail for about a second.";
}
