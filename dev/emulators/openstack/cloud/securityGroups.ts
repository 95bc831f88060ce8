import { randomUUID } from "node:crypto";
import { type Cloud, timestamp } from "./cloud.ts";
import type { SecurityGroup, SecurityRule } from "./records.ts";

type Traffic = Omit<SecurityRule, "id" | "createdAt">;

const ANY = {
  ...{ description: "", protocol: null, portMin: null, portMax: null },
  ...{ remoteGroup: null, remotePrefix: null },
};

const ETHERTYPES = ["IPv4", "IPv6"] as const;

/** A new group lets everything out and nothing in; the project's default one also its members. */
export function addGroup(cloud: Cloud, name: string, description: string): SecurityGroup {
  const isDefault = cloud.groups.size === 0;
  const group: SecurityGroup = { ...cloud.describe(name, description), rules: new Map() };
  for (const ethertype of ETHERTYPES) {
    addRule(group, { ...ANY, direction: "egress", ethertype });
    const ingress = { ...ANY, direction: "ingress", ethertype, remoteGroup: group.id } as const;
    if (isDefault) addRule(group, ingress);
  }
  cloud.groups.set(group.id, group);
  return group;
}

export function addRule(group: SecurityGroup, traffic: Traffic): SecurityRule {
  const rule = { id: randomUUID(), createdAt: timestamp(), ...traffic };
  group.rules.set(rule.id, rule);
  return rule;
}
