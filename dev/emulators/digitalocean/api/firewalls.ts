import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { type Cloud, only, timestamp } from "../cloud/cloud.ts";
import { firewallsChanged } from "../cloud/firewallEffect.ts";
import type { Firewall, Inbound, Outbound, RuleBase, Targets } from "../cloud/records.ts";
import { unprocessable } from "../http/apiError.ts";
import {
  accepted,
  type Handler,
  type Handlers,
  NO_CONTENT,
  ok,
  type Request,
} from "../http/handler.ts";
import { page } from "../http/page.ts";
import { firewallView } from "./firewallView.ts";

interface FirewallBody {
  readonly name: string;
  readonly inbound_rules?: readonly Inbound[] | null;
  readonly outbound_rules?: readonly Outbound[] | null;
  readonly droplet_ids?: readonly number[] | null;
  readonly tags?: readonly string[] | null;
}

type Part = Pick<Firewall, "inbound" | "outbound" | "dropletIds" | "tags">;

export const firewallHandlers: Handlers = {
  firewalls_list: (request, { firewalls }) =>
    page(request, "firewalls", [...firewalls.values()].map(firewallView)),
  firewalls_create: ({ body }, cloud) => {
    const { name } = body as FirewallBody;
    refuseTakenName(cloud, name);
    const firewall = { id: randomUUID(), createdAt: timestamp(), name, ...partOf(body, cloud) };
    cloud.firewalls.set(firewall.id, firewall);
    firewallsChanged(cloud);
    return accepted({ firewall: firewallView(firewall) });
  },
  firewalls_get: (request, cloud) => ok({ firewall: firewallView(firewallOf(request, cloud)) }),
  firewalls_update: (request, cloud) => {
    const firewall = firewallOf(request, cloud);
    const { name } = request.body as FirewallBody;
    refuseTakenName(cloud, name, firewall);
    Object.assign(firewall, { name, ...partOf(request.body, cloud) });
    firewallsChanged(cloud);
    return ok({ firewall: firewallView(firewall) });
  },
  firewalls_delete: (request, cloud) => {
    cloud.firewalls.delete(firewallOf(request, cloud).id);
    firewallsChanged(cloud);
    return NO_CONTENT;
  },
  firewalls_assign_droplets: adding(),
  firewalls_add_tags: adding(),
  firewalls_add_rules: adding(),
  firewalls_delete_droplets: removing(),
  firewalls_delete_tags: removing(),
  firewalls_delete_rules: removing(),
};

/** Droplets, tags and rules are added alike: the body says which of them it holds. */
function adding(): Handler {
  return (request, cloud) => {
    const firewall = firewallOf(request, cloud);
    const part = partOf(request.body, cloud);
    firewall.inbound = [...without(firewall.inbound, part.inbound), ...part.inbound];
    firewall.outbound = [...without(firewall.outbound, part.outbound), ...part.outbound];
    firewall.dropletIds = new Set([...firewall.dropletIds, ...part.dropletIds]);
    firewall.tags = new Set([...firewall.tags, ...part.tags]);
    firewallsChanged(cloud);
    return NO_CONTENT;
  };
}

function removing(): Handler {
  return (request, cloud) => {
    const firewall = firewallOf(request, cloud);
    const part = partOf(request.body, cloud);
    firewall.inbound = without(firewall.inbound, part.inbound);
    firewall.outbound = without(firewall.outbound, part.outbound);
    firewall.dropletIds = new Set(without([...firewall.dropletIds], [...part.dropletIds]));
    firewall.tags = new Set(without([...firewall.tags], [...part.tags]));
    firewallsChanged(cloud);
    return NO_CONTENT;
  };
}

function without<T>(all: readonly T[], leaving: readonly T[]): T[] {
  return all.filter((item) => !leaving.some((other) => isDeepStrictEqual(item, other)));
}

function firewallOf({ parameters }: Request, { firewalls }: Cloud): Firewall {
  return only(firewalls.get(String(parameters["firewall_id"])));
}

function refuseTakenName({ firewalls }: Cloud, name: string, but?: Firewall): void {
  const isTaken = [...firewalls.values()].some((it) => it !== but && it.name === name);
  if (isTaken) throw unprocessable("duplicate name");
}

/** @throws ApiError 422 where it names what does not exist */
function partOf(body: unknown, cloud: Cloud): Part {
  const { inbound_rules, outbound_rules, droplet_ids, tags } = body as FirewallBody;
  const inbound = (inbound_rules ?? []).map(normalized);
  const outbound = (outbound_rules ?? []).map(normalized);
  for (const { sources } of inbound) refuseUnknown(cloud, sources);
  for (const { destinations } of outbound) refuseUnknown(cloud, destinations);
  refuseUnknown(cloud, { droplet_ids: droplet_ids ?? [], tags: tags ?? [] });
  return { inbound, outbound, dropletIds: new Set(droplet_ids), tags: new Set(tags) };
}

/** The API answers `0` for all ports, however they were written. */
function normalized<T extends RuleBase>(rule: T): T & { ports: string } {
  const isAll = rule.protocol === "icmp" || rule.ports === undefined || rule.ports === "all";
  const ports = isAll ? "0" : rule.ports;
  if (!/^(0|\d+(-\d+)?)$/.test(ports ?? "")) throw unprocessable(`invalid port range: ${ports}`);
  return { ...rule, ports: ports ?? "0" };
}

function refuseUnknown(cloud: Cloud, targets: Targets): void {
  const droplet = targets.droplet_ids?.find((id) => !cloud.droplets.has(id));
  if (droplet !== undefined) throw unprocessable(`droplet ${droplet} not found`);
  const tag = targets.tags?.find((name) => !cloud.tags.has(name));
  if (tag !== undefined) throw unprocessable(`tag ${tag} not found`);
  const balancer = targets.load_balancer_uids?.find((id) => !cloud.loadBalancers.has(id));
  if (balancer !== undefined) throw unprocessable(`load balancer ${balancer} not found`);
}
