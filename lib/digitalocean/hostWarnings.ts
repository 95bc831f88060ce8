import type { ObservedDroplet } from "./droplets.ts";

/** @param problem What the host's silence looks like; names it. */
export function lostHost(dropletId: number, problem: string): string {
  return (
    `${problem}\nSo nothing can be done there. Wait if it is just being started; if it is lost, ` +
    `delete it and let a new one take its place:\n` +
    `  doctl compute droplet delete ${dropletId}\n  pulumi up --refresh`
  );
}

/**
 * Hosts that the account has more than once. Where the API makes a droplet and answers 500 all the same,
 * the plugin asks for it again, and nobody knows the first.
 */
export function doubleHosts(droplets: readonly ObservedDroplet[]): string[] {
  const idsByHost = new Map<string, number[]>();
  for (const { hostName, id } of droplets) {
    idsByHost.set(hostName, [...(idsByHost.get(hostName) ?? []), id]);
  }
  return [...idsByHost]
    .filter(([, ids]) => ids.length > 1)
    .map(
      ([hostName, ids]) =>
        `The account has ${ids.length} droplets for ${hostName}: ${ids.join(", ")}. ` +
        `pulumi up deletes one that it has replaced. What is there after it besides the one that ` +
        `pulumi stack --show-ids names only costs money:\n` +
        `  doctl compute droplet delete ID`,
    );
}
