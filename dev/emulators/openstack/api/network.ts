import type { Cloud } from "../cloud/cloud.ts";
import type { Quotas } from "../options.ts";
import type { Refusal } from "../http/refusal.ts";
import { RoutedService, type Routes } from "../http/routes.ts";
import { collectionRoutes } from "./collection.ts";
import { floatingIps } from "./floatingIps.ts";
import { networks } from "./networks.ts";
import { ports } from "./ports.ts";
import { routerInterfaceRoutes } from "./routerInterfaces.ts";
import { routers } from "./routers.ts";
import { securityGroups } from "./securityGroups.ts";
import { securityRuleRoutes } from "./securityRules.ts";
import { subnets } from "./subnets.ts";

const EXTENSIONS = [
  ...["router", "external-net", "security-group", "port-security", "allowed-address-pairs"],
  ...["quotas", "quota_details", "standard-attr-tag", "net-mtu", "dns-integration"],
];

/** Neutron. */
export function network(cloud: Cloud): RoutedService {
  return new RoutedService({
    type: "network",
    violations: cloud.options.violations,
    refused: ({ type, message }: Refusal) => ({
      NeutronError: { type, message, detail: "" },
    }),
    routes: {
      ...collectionRoutes(networks(cloud)),
      ...collectionRoutes(subnets(cloud)),
      ...collectionRoutes(ports(cloud)),
      ...collectionRoutes(routers(cloud)),
      ...routerInterfaceRoutes(cloud),
      ...collectionRoutes(securityGroups(cloud)),
      ...securityRuleRoutes(cloud),
      ...collectionRoutes(floatingIps(cloud)),
      ...aboutRoutes(cloud),
    },
  });
}

function aboutRoutes(cloud: Cloud): Routes {
  return {
    "GET /v2.0/extensions": () => {
      const extensions = EXTENSIONS.map((alias) => ({
        ...{ alias, name: alias, description: "", links: [], updated: "2016-01-01T00:00:00-00:00" },
      }));
      return { status: 200, body: { extensions } };
    },
    "GET /v2.0/quotas/{project}": () => ({
      status: 200,
      body: { quota: quotas(cloud, (limit) => limit) },
    }),
    "GET /v2.0/quotas/{project}/details.json": () => ({
      status: 200,
      body: { quota: quotas(cloud, (limit, used) => ({ limit, used, reserved: 0 })) },
    }),
  };
}

/** By Neutron's names; what the vendor has made itself is not the project's. */
function quotas(cloud: Cloud, view: (limit: number, used: number) => unknown): object {
  const { quotas: limits } = cloud.options;
  const rules = [...cloud.groups.values()].reduce((sum, group) => sum + group.rules.size, 0);
  const used: readonly (readonly [string, keyof Quotas, number])[] = [
    ["network", "network", cloud.networks.size - 1],
    ["subnet", "subnet", cloud.subnets.size - 1],
    ["port", "port", cloud.ports.size],
    ["router", "router", cloud.routers.size],
    ["floatingip", "floatingip", cloud.floatingIps.size],
    ["security_group", "securityGroup", cloud.groups.size],
    ["security_group_rule", "securityGroupRule", rules],
  ];
  return Object.fromEntries(used.map(([name, key, count]) => [name, view(limits[key], count)]));
}
