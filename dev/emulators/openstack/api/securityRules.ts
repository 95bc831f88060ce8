import { z } from "zod";
import type { Cloud } from "../cloud/cloud.ts";
import { firewallsChanged } from "../cloud/firewall.ts";
import { refuseOverQuota } from "../cloud/ports.ts";
import type { SecurityGroup, SecurityRule } from "../cloud/records.ts";
import { addRule } from "../cloud/securityGroups.ts";
import { bodyOf, exactly } from "../http/body.ts";
import { listed } from "../http/listing.ts";
import { conflict, notFound, Refusal } from "../http/refusal.ts";
import type { Routes } from "../http/routes.ts";

const port = z.int().min(0).max(65_535).nullable().optional();

const creation = exactly({
  security_group_rule: exactly({
    security_group_id: z.string(),
    direction: z.enum(["ingress", "egress"]),
    ethertype: z.enum(["IPv4", "IPv6"]).optional(),
    protocol: z.enum(["tcp", "udp", "icmp", "any", "ipv6-icmp"]).nullable().optional(),
    port_range_min: port,
    port_range_max: port,
    remote_ip_prefix: z.union([z.cidrv4(), z.ipv4(), z.cidrv6()]).nullable().optional(),
    remote_group_id: z.string().nullable().optional(),
    description: z.string().optional(),
    tenant_id: z.string().optional(),
    project_id: z.string().optional(),
  }),
});

type RuleCreate = z.infer<typeof creation>["security_group_rule"];

export function securityRuleRoutes(cloud: Cloud): Routes {
  const path = "/v2.0/security-group-rules";
  return {
    [`GET ${path}`]: ({ query }) => {
      const views = rulesOf(cloud).map(({ group, rule }) => ruleView(group, rule));
      return { status: 200, body: { security_group_rules: listed(views, query) } };
    },
    [`POST ${path}`]: ({ body }) => {
      const order = bodyOf(body, creation).security_group_rule;
      const group = cloud.groups.get(order.security_group_id);
      if (!group) throw missing("group", order.security_group_id);
      refuseOverQuota(cloud, "securityGroupRule", rulesOf(cloud).length, "security_group_rule");
      const traffic = trafficOf(cloud, order);
      refuseTwin(group, traffic);
      const rule = addRule(group, traffic);
      firewallsChanged(cloud);
      return { status: 201, body: { security_group_rule: ruleView(group, rule) } };
    },
    [`GET ${path}/{id}`]: (_request, { id = "" }) => {
      const { group, rule } = find(cloud, id);
      return { status: 200, body: { security_group_rule: ruleView(group, rule) } };
    },
    [`DELETE ${path}/{id}`]: (_request, { id = "" }) => {
      find(cloud, id).group.rules.delete(id);
      firewallsChanged(cloud);
      return { status: 204 };
    },
  };
}

export function ruleView(group: SecurityGroup, rule: SecurityRule): object {
  const { id, description, direction, ethertype, protocol, createdAt } = rule;
  return {
    ...{ id, description, direction, ethertype, protocol, security_group_id: group.id },
    ...{ port_range_min: rule.portMin, port_range_max: rule.portMax },
    ...{ remote_group_id: rule.remoteGroup, remote_ip_prefix: rule.remotePrefix },
    ...{ tenant_id: group.projectId, project_id: group.projectId, revision_number: 0 },
    ...{ created_at: createdAt, updated_at: createdAt, tags: [] },
  };
}

function trafficOf({ groups }: Cloud, order: RuleCreate): Omit<SecurityRule, "id" | "createdAt"> {
  const { port_range_min: min = null, port_range_max: max = null, protocol = null } = order;
  const { remote_group_id: remoteGroup = null, remote_ip_prefix: remotePrefix = null } = order;
  if (remoteGroup !== null && !groups.has(remoteGroup)) throw missing("group", remoteGroup);
  if (remoteGroup !== null && remotePrefix !== null) {
    const message = "Only remote_ip_prefix or remote_group_id may be provided.";
    throw new Refusal(400, message, "SecurityGroupRemoteGroupAndRemoteIpPrefix");
  }
  if (protocol !== "icmp" && (min ?? 0) > (max ?? 0)) {
    const message = "For TCP/UDP protocols, port_range_min must be <= port_range_max";
    throw new Refusal(400, message, "SecurityGroupInvalidPortRange");
  }
  return {
    ...{ direction: order.direction, ethertype: order.ethertype ?? "IPv4" },
    protocol: protocol === "any" ? null : protocol,
    ...{ portMin: min, portMax: max, remoteGroup, remotePrefix },
    description: order.description ?? "",
  };
}

/** A rule that differs in its description only is the same one. @throws Refusal 409 */
function refuseTwin({ rules }: SecurityGroup, traffic: Omit<SecurityRule, "id" | "createdAt">) {
  const keys = Object.keys(traffic).filter((key) => key !== "description");
  const twin = [...rules.values()].find((rule) =>
    keys.every((key) => rule[key as keyof typeof traffic] === traffic[key as keyof typeof traffic]),
  );
  if (!twin) return;
  const message = `Security group rule already exists. Rule id is ${twin.id}.`;
  throw conflict(message, "SecurityGroupRuleExists");
}

function rulesOf({ groups }: Cloud): { group: SecurityGroup; rule: SecurityRule }[] {
  return [...groups.values()].flatMap((group) =>
    [...group.rules.values()].map((rule) => ({ group, rule })),
  );
}

function find(cloud: Cloud, id: string): { group: SecurityGroup; rule: SecurityRule } {
  const found = rulesOf(cloud).find(({ rule }) => rule.id === id);
  if (!found) throw missing("rule", id);
  return found;
}

function missing(what: "group" | "rule", id: string): Refusal {
  const [words, type] =
    what === "group"
      ? (["Security group", "SecurityGroupNotFound"] as const)
      : (["Security group rule", "SecurityGroupRuleNotFound"] as const);
  return notFound(words, id, type);
}
