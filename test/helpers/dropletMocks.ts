import type { CloudAnswers } from "./mocks.ts";

export const DROPLET = "digitalocean:index/droplet:Droplet";

/** Droplets with the ids 11, 12 and so on, and addresses ending in them. */
export function dropletAnswers(hosts: readonly string[]): CloudAnswers {
  const droplets = hosts.map((host, at) => [
    `${host}-host`,
    {
      id: String(11 + at),
      ipv4Address: `203.0.113.${11 + at}`,
      ipv4AddressPrivate: `10.0.0.${11 + at}`,
    },
  ]);
  return { [DROPLET]: Object.fromEntries(droplets) as Readonly<Record<string, object>> };
}
