import * as openstack from "@pulumi/openstack";
import type * as pulumi from "@pulumi/pulumi";
import { COLORS, type Color } from "../../lib/color.ts";
import type { OpenStackAccount, Persistence } from "../../settings/types.ts";
import type { Members } from "../service/balancer.ts";
import { MARKS } from "./balancerParts.ts";
import type { PoolName } from "./listenerRoute.ts";
import { octaviaCommand } from "./octaviaCommand.ts";
import type { StackNetwork } from "./stackNetwork.ts";

export interface OctaviaPoolsArgs {
  readonly balancer: openstack.loadbalancer.LoadBalancer;
  readonly healthPath: string;
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
  { balancer, healthPath, persistence }: OctaviaPoolsArgs,
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
      urlPath: healthPath,
      expectedCodes: "200",
      delay: 3,
      timeout: 2,
      maxRetries: 2,
      maxRetriesDown: 2,
    },
    { parent },
  );
  return { pool, monitor, ...keeps };
}

export interface PoolMembersArgs {
  readonly pools: CheckedPools;
  readonly network: StackNetwork;
  readonly members: Members;
  readonly appPort: number;
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

function membersOf(color: Color, { members, network, appPort }: PoolMembersArgs) {
  return members[color].map((host) => ({
    name: host.name,
    address: host.address,
    protocolPort: appPort,
    subnetId: network.subnetId,
  }));
}

export interface KeepClientsArgs {
  readonly balancer: openstack.loadbalancer.LoadBalancer;
  readonly pools: CheckedPools;
  readonly account: OpenStackAccount;
}

/**
 * Turns session persistence on or off. Octavia changes it in place; the provider would create new pools and
 * could not delete the old ones, which policies use.
 */
export function keepClients(
  name: string,
  { balancer, pools, account }: KeepClientsArgs,
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
    },
    account,
    { parent, dependsOn: all.map(({ monitor }) => monitor) },
  );
}
