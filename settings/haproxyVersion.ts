import { HAPROXY_VERSIONS, type HaproxyVersion, type Settings } from "./types.ts";

/** What a new edge gets. */
const NEWEST: HaproxyVersion = "3.0";

/** Built by the set-up on this machine, and by a script on hosts in a cloud. */
export function haproxyImage(version: HaproxyVersion): string {
  return `blue-green-edge:${version}`;
}

/** Undefined if the image is not ours or its version is unknown. */
export function versionIn(image: string): HaproxyVersion | undefined {
  return HAPROXY_VERSIONS.find((version) => haproxyImage(version) === image);
}

/** The image of a stack's HAProxy. */
export function edgeImageOf(settings: Settings): string {
  return haproxyImage(haproxyVersion(settings));
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
