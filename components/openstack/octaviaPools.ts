import * as openstack from "@pulumi/openstack";
import type * as pulumi from "@pulumi/pulumi";
import { COLORS, type Color } from "../../lib/color.ts";
import type { OpenStackAccount, Persistence } from "../../settings/types.ts";
import type { HaproxyConfig } from "../edge/haproxyConfig.ts";
import type { Members } from "../service/balancer.ts";
import { MARKS } from "./balancerParts.ts";
import type { PoolName } from "./listenerRoute.ts";
import { octaviaCommand } from "./octaviaCommand.ts";
import type { StackNetwork } from "./stackNetwork.ts";

export interface OctaviaPoolsArgs {
  readonly balancer: openstack.loadbalancer.LoadBalancer;
  readonly apps: HaproxyConfig["apps"];
  readonly persistence?: Persistence;
}

/** A pool and its health monitor. */
export interface CheckedPool {
  readonly pool: openstack.loadbalancer.Pool;
  readonly monitor: openstack.loadbalancer.Monitor;
  /** How it keeps a client on a member, in Octavia's terms; see `keepClients`. */
  readonly persistence?: { readonly type: string };
}

export type CheckedPools = Readonly<Record<PoolName, CheckedPool>>;

const PERSISTENCE: Readonly<Record<Persistence, string>> = {
  sourceIp: "SOURCE_IP",
  cookie: "HTTP_COOKIE",
};

/** One for each color, and a shared one with a canary's weights. */
export function octaviaPools(
  name: string,
  args: OctaviaPoolsArgs,
  parent: pulumi.Resource,
): CheckedPools {
  const make = (kind: PoolName) => checkedPool(`${name}-${kind}`, kind, args, parent);
  return { blue: make("blue"), green: make("green"), shared: make("shared") };
}

function checkedPool(
  name: string,
  kind: PoolName,
  { balancer, apps, persistence }: OctaviaPoolsArgs,
  parent: pulumi.Resource,
): CheckedPool {
  const keeps = persistence && { persistence: { type: PERSISTENCE[persistence] } };
  const pool = new openstack.loadbalancer.Pool(
    name,
    {
      description: MARKS.pool(kind),
      // Not the listener's id: a listener has only the pool that it points to.
      loadbalancerId: balancer.id,
      protocol: "HTTP",
      lbMethod: kind === "shared" ? "ROUND_ROBIN" : "LEAST_CONNECTIONS",
      ...keeps,
    },
    // A step changes it.
    { parent, ignoreChanges: ["persistence"] },
  );
  const monitor = new openstack.loadbalancer.Monitor(
    `${name}-monitor`,
    {
      poolId: pool.id,
      type: "HTTP",
      httpMethod: "GET",
      ...healthCheck(kind, apps),
      delay: 3,
      timeout: 2,
      maxRetries: 2,
      maxRetriesDown: 2,
    },
    { parent },
  );
  return { pool, monitor, ...keeps };
}

/**
 * What a monitor asks. Octavia sends no headers of ours, so an app that needs some may answer a redirect. While the
 * colors have different paths, the shared pool only tells hosts that answer from those that don't: it has one path.
 */
export function healthCheck(
  kind: PoolName,
  apps: HaproxyConfig["apps"],
): { readonly urlPath: string; readonly expectedCodes: string } {
  const color = kind === "shared" ? "blue" : kind;
  const { healthPath: urlPath, healthHeaders } = apps[color];
  const differ = apps.blue.healthPath !== apps.green.healthPath;
  if (kind === "shared" && differ) return { urlPath, expectedCodes: "200-499" };
  const isPlain = Object.keys(healthHeaders).length === 0;
  return { urlPath, expectedCodes: isPlain ? "200" : "200-399" };
}

export interface PoolMembersArgs {
  readonly pools: CheckedPools;
  readonly network: StackNetwork;
  readonly members: Members;
  readonly apps: HaproxyConfig["apps"];
  /** The gates: a host joins a live color only when it is fit for traffic. */
  readonly after: readonly pulumi.Resource[];
}

/** Both colors' hosts in their own pools; none for a color that is not deployed. */
export function colorMembers(
  name: string,
  args: PoolMembersArgs,
  parent: pulumi.Resource,
): openstack.loadbalancer.Members[] {
  return COLORS.filter((color) => args.members[color].length > 0).map(
    (color) =>
      new openstack.loadbalancer.Members(
        `${name}-${color}-members`,
        { poolId: args.pools[color].pool.id, members: membersOf(color, args) },
        { parent, dependsOn: [args.pools[color].monitor, ...args.after] },
      ),
  );
}

function membersOf(color: Color, { members, network, apps }: PoolMembersArgs) {
  return members[color].map((host) => ({
    name: host.name,
    address: host.address,
    protocolPort: apps[color].port,
    subnetId: network.subnetId,
  }));
}

export interface KeepClientsArgs {
  readonly balancer: openstack.loadbalancer.LoadBalancer;
  readonly pools: CheckedPools;
  readonly apps: HaproxyConfig["apps"];
  readonly account: OpenStackAccount;
}

/**
 * Turns session persistence on or off, and sets the Host header of health monitors. Octavia changes it in place; the provider would create new pools and
 * could not delete the old ones, which policies use.
 */
export function keepClients(
  name: string,
  { balancer, pools, apps, account }: KeepClientsArgs,
  parent: pulumi.Resource,
): pulumi.Resource {
  const all = Object.values(pools);
  return octaviaCommand(
    name,
    "octavia-persistence",
    // A `SetPersistenceInput`.
    {
      balancer: balancer.id,
      pools: all.map(({ pool, persistence }) => ({ id: pool.id, type: persistence?.type ?? "" })),
      monitors: (["blue", "green", "shared"] as const).map((kind) => ({
        id: pools[kind].monitor.id,
        host: apps[kind === "shared" ? "blue" : kind].healthHost.replace(/:\d+$/, ""),
      })),
    },
    account,
    { parent, dependsOn: all.map(({ monitor }) => monitor) },
  );
}
