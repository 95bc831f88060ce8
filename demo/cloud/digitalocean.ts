import { DigitalOceanClient } from "../../dev/emulators/digitalocean/client.ts";
import { startDigitalOcean } from "../../dev/emulators/digitalocean/index.ts";
import { RealMachines } from "../../dev/emulators/digitalocean/realMachines.ts";
import { registryBeside } from "../../dev/emulators/registry/registryBeside.ts";
import { EDGE_TAGS } from "../../dev/setup/images.mjs";
import type { Account, Cloud } from "./cloud.ts";
import { type DigitalOceanLists, dropletHoldings } from "./dropletHoldings.ts";

export const DIGITALOCEAN: Cloud = {
  title: "DigitalOcean",
  machine: "droplet",
  account: "account",
  balancer: "DigitalOcean's load balancer",
  edgeAddress: "a reserved IP",
  target: "digitalocean",
  config: { "digitalocean.region": "fra1" },
  meanings: [
    [/^network$/, "VPC between the balancer and the hosts"],
    [/^(network-ssh|balancer-(traffic|ready|apps))$/, "firewall"],
    [/^(blue|green)-\d+-host$/, "droplet"],
    [/^edge-\d+-host$/, "droplet for the edge"],
    [/^balancer$/, "load balancer"],
    [/^balancer-ip$/, "reserved IP for users"],
    [/^edge-\d+$/, "HAProxy with its list of hosts"],
  ],
  hasCanary: false,
  guide: "docs/digitalocean.md",
  open,
};

async function open(run: string): Promise<Account> {
  // Preloads what a real droplet takes minutes to pull and build.
  const machines = new RealMachines(EDGE_TAGS);
  const cloud = await startDigitalOcean({ machines, run });
  const registry = await registryBeside(cloud, cloud.publicNetwork);
  const client = new DigitalOceanClient(cloud);
  return {
    ...{ url: cloud.url, violations: cloud.violations },
    environment: { DIGITALOCEAN_API_URL: cloud.url, DIGITALOCEAN_TOKEN: cloud.token },
    push: (image) => registry.push(image),
    holdings: async (stack) => dropletHoldings(await listsOf(client), stack),
    close: () => cloud.stop(),
  };
}

async function listsOf(client: DigitalOceanClient): Promise<DigitalOceanLists> {
  return {
    droplets: await client.list("droplets"),
    balancers: await client.list("load_balancers"),
    firewalls: await client.list("firewalls"),
    reservedIps: await client.list("reserved_ips"),
  };
}
