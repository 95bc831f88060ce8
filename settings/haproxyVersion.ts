import { HAPROXY_VERSIONS, type HaproxyVersion, type Settings } from "./types.ts";

/** What a new edge gets. */
const NEWEST: HaproxyVersion = "3.0";

/** Our HAProxy; made by the set-up on this machine, and by a script on hosts in a cloud. */
export function haproxyImage(version: HaproxyVersion): string {
  return `blue-green-edge:${version}`;
}

/** Undefined for an image that is not ours, or of a version that this program does not know. */
export function versionIn(image: string): HaproxyVersion | undefined {
  return HAPROXY_VERSIONS.find((version) => haproxyImage(version) === image);
}

/** The image of a stack's HAProxy. */
export function edgeImageOf(settings: Settings): string {
  return haproxyImage(haproxyVersion(settings));
}

/**
 * The version that a stack's HAProxy has: in a cloud that of its hosts' Debian, so that it changes
 * with the machine and never under one that serves. Hosts of another distribution keep the first one,
 * which they had before there was a choice.
 *
 * @param running What a balancer on this machine has now: a new container would interrupt its traffic.
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

/** What to know of a balancer on this machine that keeps an older version; empty for the newest. */
export function olderVersionWarning(kept: HaproxyVersion): string[] {
  if (kept === NEWEST) return [];
  return [
    `The balancer keeps HAProxy ${kept}, with which it was made; a new one has ${NEWEST}. Moving it makes ` +
      `a new container, and requests fail for about a second: ` +
      `pulumi config set --path edge.haproxy ${NEWEST}. To stay without this line: ` +
      `pulumi config set --path edge.haproxy ${kept}`,
  ];
}
