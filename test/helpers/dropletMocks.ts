import type { CloudAnswers, CommandAnswers } from "./mocks.ts";

export const DROPLET = "digitalocean:index/droplet:Droplet";

/** What the commands print that each host runs, whatever it is for. */
export function hostAnswers(hosts: readonly string[]): CommandAnswers {
  return Object.fromEntries(
    hosts.flatMap((host) => [
      [`${host}-host-ready`, "ready"],
      [`${host}-host-edge-image`, ""],
      [`gate-${host}`, ""],
      [host, ""],
    ]),
  );
}

/** Droplets with the ids 11, 12 and so on, and addresses that end in them. */
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
