import { OpenStackCaller } from "../../dev/emulators/openstack/client.ts";
import { startOvh } from "../../dev/emulators/openstack/ovh.ts";
import { registryBeside } from "../../dev/emulators/registry/registryBeside.ts";
import { EDGE_TAGS } from "../../dev/setup/images.mjs";
import type { ApiMember, ApiPool } from "../../components/openstack/octaviaTypes.ts";
import type { Account, Cloud } from "./cloud.ts";
import { instanceHoldings, type OpenStackLists } from "./instanceHoldings.ts";

const REGION = "GRA11";

export const OVH: Cloud = {
  title: "OVH Public Cloud",
  machine: "instance",
  account: "project",
  balancer: "OVH's load balancer (Octavia)",
  edgeAddress: "a floating IP",
  target: "ovh",
  // A range that other networks on this machine are unlikely to use.
  config: { "ovh.region": REGION, "ovh.networkCidr": "10.45.16.0/20" },
  meanings: [
    [/^network$/, "private network"],
    [/^(blue|green)-\d+-host$/, "instance"],
    [/^edge-\d+-host$/, "instance for the edge"],
    [/^balancer$/, "load balancer"],
    [/^balancer-ip$/, "floating IP for users"],
    [/^edge-\d+$/, "HAProxy with its list of hosts"],
  ],
  hasCanary: true,
  cut: `Octavia reloads its HAProxy for each change and closes users' idle connections.
   Requests in transit at that moment are lost. An edge does not reload.`,
  guide: "docs/ovh.md",
  open,
};

async function open(run: string): Promise<Account> {
  // Preloads what a real instance takes minutes to pull and build.
  const cloud = await startOvh({ preloadImages: EDGE_TAGS, region: REGION, run });
  const registry = await registryBeside(cloud, cloud.externalNetwork);
  const caller = new OpenStackCaller(cloud);
  await caller.signIn();
  // Removes the user's variables for a real project.
  const others = Object.keys(process.env).filter((name) => name.startsWith("OS_"));
  const without = Object.fromEntries(others.map((name) => [name, undefined]));
  return {
    ...{ url: cloud.url, violations: cloud.violations },
    environment: { ...without, ...cloud.environment },
    push: (image) => registry.push(image),
    holdings: async (stack) => instanceHoldings(await listsOf(caller), stack),
    close: () => cloud.stop(),
  };
}

async function listsOf(caller: OpenStackCaller): Promise<OpenStackLists> {
  const octavia = "/load-balancer/v2.0/lbaas";
  const pools = await caller.list<ApiPool>(`${octavia}/pools`);
  const membersOf = ({ id }: ApiPool) => caller.list<ApiMember>(`${octavia}/pools/${id}/members`);
  return {
    servers: await caller.list("/compute/v2.1/servers/detail"),
    ports: await caller.list("/network/v2.0/ports"),
    floatingIps: await caller.list("/network/v2.0/floatingips"),
    balancers: await caller.list(`${octavia}/loadbalancers`),
    listeners: await caller.list(`${octavia}/listeners`),
    pools: await Promise.all(pools.map(async (pool) => ({ ...pool, of: await membersOf(pool) }))),
  };
}
