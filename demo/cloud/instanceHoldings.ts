import type { ApiFloatingIp, ApiPort } from "../../components/openstack/instances.ts";
import { MARKS } from "../../components/openstack/balancerParts.ts";
import type { ApiListener, ApiMember, ApiPool } from "../../components/openstack/octaviaTypes.ts";
import { columns, type Holding, shortName } from "./holdings.ts";

interface ApiServer {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly security_groups: readonly { readonly name: string }[];
}

interface ApiBalancer {
  readonly id: string;
  readonly vip_port_id: string;
  readonly provisioning_status: string;
}

/** The displayed fields from OpenStack's services. */
export interface OpenStackLists {
  readonly servers: readonly ApiServer[];
  readonly ports: readonly ApiPort[];
  readonly floatingIps: readonly ApiFloatingIp[];
  readonly balancers: readonly ApiBalancer[];
  readonly listeners: readonly ApiListener[];
  /** With its members. */
  readonly pools: readonly (ApiPool & { readonly of: readonly ApiMember[] })[];
}

export function instanceHoldings(lists: OpenStackLists, stack: string): Holding[] {
  return [
    { kind: "instances", items: instanceItems(lists, stack) },
    { kind: "load balancer", items: balancerItems(lists) },
    { kind: "its pools", items: poolItems(lists) },
    { kind: "security groups", items: groupItems(lists, stack) },
  ];
}

function instanceItems({ servers, ports, floatingIps }: OpenStackLists, stack: string): string[] {
  const addressesOf = (server: ApiServer) => {
    const own = ports.filter(({ device_id }) => device_id === server.id).map(({ id }) => id);
    const leading = floatingIps.filter(({ port_id }) => own.includes(port_id ?? ""));
    return leading.map((one) => one.floating_ip_address).join(", ");
  };
  return columns(
    servers.map((server) => [
      shortName(server.name, stack),
      server.status,
      `floating IP ${addressesOf(server) || "none"}`,
    ]),
  );
}

function balancerItems({ balancers, floatingIps, listeners, pools }: OpenStackLists): string[] {
  return balancers.map(({ id, vip_port_id, provisioning_status }) => {
    const address = floatingIps.find(({ port_id }) => port_id === vip_port_id);
    const users = listeners.find(
      ({ description, loadbalancers }) =>
        description === MARKS.listener && loadbalancers.some((one) => one.id === id),
    );
    const pool = pools.find((one) => one.id === users?.default_pool_id);
    const shown = `floating IP ${address?.floating_ip_address ?? "none"}`;
    return `${provisioning_status}  ${shown}, its listener sends users to the pool ${poolName(pool)}`;
  });
}

function poolItems({ pools }: OpenStackLists): string[] {
  const member = ({ name, weight, operating_status }: ApiMember) =>
    `${name} ${operating_status} weight ${weight}`;
  const named = pools.map((pool) => [poolName(pool), pool.of.map(member).join(", ")] as const);
  return columns([...named].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** `blue`, `green`, or `shared`, which holds both colors' members for a canary. */
function poolName(pool: ApiPool | undefined): string {
  const names = ["blue", "green", "shared"] as const;
  return names.find((name) => pool?.description === MARKS.pool(name)) ?? "none";
}

function groupItems({ servers }: OpenStackLists, stack: string): string[] {
  const groups = [
    ...new Set(servers.flatMap((one) => one.security_groups.map(({ name }) => name))),
  ];
  const has = (group: string) =>
    servers.filter((server) => server.security_groups.some(({ name }) => name === group));
  return columns(
    groups.map((group) => [
      shortName(group, stack),
      `of ${has(group)
        .map(({ name }) => shortName(name, stack))
        .join(", ")}`,
    ]),
  );
}
