import { type EdgeRecipe, edgeRecipe, hostRecipe } from "../lib/edgeRecipe.mjs";
import { HAPROXY_VERSIONS, type HaproxyVersion, type Settings } from "./types.ts";

/** What a new edge gets. */
const NEWEST: HaproxyVersion = "3.0";

/** What the name of an edge's image says: `blue-green-edge:3.0-20261128-1f2e3d4c5b6a`. */
const IMAGE_NAME = /^blue-green-edge:(\d+\.\d+)(?:-(\d{8}))?(?:-[0-9a-f]{12})?$/;

/** Undefined if the image is not ours or its version is unknown. */
export function versionIn(image: string): HaproxyVersion | undefined {
  const [, named] = IMAGE_NAME.exec(image) ?? [];
  return HAPROXY_VERSIONS.find((version) => version === named);
}

/** What the image on hosts of the app is built from, for gates and sidecars. */
export function hostRecipeOf(settings: Settings): EdgeRecipe {
  return hostRecipe(haproxyVersion(settings));
}

/** What this program would build for an edge that runs another image; for a new edge without one. */
export function newestRecipe(settings: Settings, running = ""): EdgeRecipe {
  return edgeRecipe(haproxyVersion(settings, versionIn(running)), settings.edge.packageDate);
}

/**
 * The same for the balancer on this machine. A running one keeps its image until the settings ask for another
 * version or other packages, because a new container interrupts traffic.
 */
export function localRecipe(settings: Settings, running = ""): EdgeRecipe {
  const newest = newestRecipe(settings, running);
  const isAsked =
    versionIn(running) !== versionIn(newest.image) || dateIn(running) !== dateIn(newest.image);
  return isAsked ? newest : { ...newest, image: running };
}

function dateIn(image: string): string | undefined {
  return IMAGE_NAME.exec(image)?.[2];
}

/**
 * The version of a stack's HAProxy. In a cloud it follows the hosts' Debian release, so it changes only
 * with a new machine. Hosts of other distributions keep 2.6, their version before there was a choice.
 *
 * @param running The version on this machine now; another one needs a new container, which interrupts
 *   traffic.
 */
export function haproxyVersion(
  { edge, target, digitalocean, ovh }: Settings,
  running?: HaproxyVersion,
): HaproxyVersion {
  if (edge.haproxy !== undefined) return edge.haproxy;
  if (target === "local") return running ?? NEWEST;
  return ofDebian((target === "ovh" ? ovh : digitalocean)?.image ?? "");
}

/** @param image `debian-13-x64`, or `Debian 13` */
function ofDebian(image: string): HaproxyVersion {
  const release = /^debian[ -](\d+)\b/i.exec(image)?.[1];
  return release !== undefined && Number(release) >= 13 ? "3.0" : "2.6";
}

/** A warning if the balancer on this machine keeps an older version. */
export function olderVersionWarning(kept: HaproxyVersion): string[] {
  if (kept === NEWEST) return [];
  return [
    `The balancer still runs HAProxy ${kept}; new stacks get ${NEWEST}. An upgrade replaces its ` +
      `container, and requests fail for about a second: ` +
      `pulumi config set --path edge.haproxy ${NEWEST}. To keep ${kept} without this warning: ` +
      `pulumi config set --path edge.haproxy ${kept}`,
  ];
}
