import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import {
  change,
  refuseWhilePending,
  startBalancer,
  stopBalancer,
  urnOf,
} from "../cloud/balancerLife.ts";
import { checkCertificates } from "../cloud/certificates.ts";
import { type Cloud, only, openRegion, timestamp } from "../cloud/cloud.ts";
import { firewallsChanged } from "../cloud/firewallEffect.ts";
import { assign } from "../cloud/projects.ts";
import type { LoadBalancer, Membership } from "../cloud/records.ts";
import { allocateAddresses } from "../cloud/vpcNetwork.ts";
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
import type { ForwardingRule } from "../plane/balancers.ts";
import { type BalancerBody, settingsOf } from "./balancerSettings.ts";
import { balancerView } from "./balancerView.ts";
import { vpcFor } from "./vpcs.ts";

export const loadBalancerHandlers: Handlers = {
  loadBalancers_list: (request, cloud) =>
    page(
      request,
      "load_balancers",
      [...cloud.loadBalancers.values()].map((it) => balancerView(cloud, it)),
    ),
  loadBalancers_create: async ({ body }, cloud) => {
    const balancer = await recorded(body as BalancerBody, cloud);
    cloud.loadBalancers.set(balancer.id, balancer);
    assign(cloud, only(cloud.projects.get(balancer.projectId)), urnOf(balancer));
    const { name, createdAt } = balancer;
    balancer.vpc.members.set(urnOf(balancer), { name, createdAt });
    startBalancer(cloud, balancer);
    return accepted({ load_balancer: balancerView(cloud, balancer) });
  },
  loadBalancers_get: (request, cloud) =>
    ok({ load_balancer: balancerView(cloud, balancerOf(request, cloud)) }),
  loadBalancers_update: (request, cloud) => {
    const balancer = balancerOf(request, cloud);
    const body = request.body as BalancerBody;
    refuseWhilePending(balancer);
    if (body.region !== balancer.region.slug) throw unprocessable("region can not be changed");
    const membership = membershipOf(body, cloud);
    if ("ids" in membership) refuseEmpty(membership.ids);
    const { name = balancer.name, size_unit: sizeUnit = 1 } = body;
    const settings = settingsOf(body);
    checkCertificates(cloud, settings);
    Object.assign(balancer, { name, sizeUnit, settings, membership });
    change(cloud, balancer);
    return ok({ load_balancer: balancerView(cloud, balancer) });
  },
  loadBalancers_delete: (request, cloud) => {
    const balancer = balancerOf(request, cloud);
    refuseWhilePending(balancer);
    stopBalancer(cloud, balancer);
    firewallsChanged(cloud);
    return NO_CONTENT;
  },
  loadBalancers_add_droplets: changingIds((ids, named) => [...new Set([...ids, ...named])]),
  loadBalancers_remove_droplets: changingIds((ids, named) =>
    ids.filter((id) => !named.includes(id)),
  ),
  loadBalancers_add_forwardingRules: changingRules((rules, named) => [...rules, ...named]),
  loadBalancers_remove_forwardingRules: changingRules((rules, named) =>
    rules.filter((rule) => !named.some((other) => isDeepStrictEqual(rule, other))),
  ),
};

function balancerOf({ parameters }: Request, { loadBalancers }: Cloud): LoadBalancer {
  return only(loadBalancers.get(String(parameters["lb_id"])));
}

async function recorded(body: BalancerBody, cloud: Cloud): Promise<LoadBalancer> {
  const region = openRegion(body.region);
  const vpc = vpcFor(cloud, region, body.vpc_uuid);
  const membership = membershipOf(body, cloud);
  const settings = settingsOf(body);
  checkCertificates(cloud, settings);
  const { name, project_id: projectId = cloud.defaultProject.id, size_unit: sizeUnit = 1 } = body;
  if (!name) throw unprocessable("name can't be blank");
  if (!cloud.projects.has(projectId)) throw unprocessable(`project ${projectId} not found`);
  const addresses = await allocateAddresses(cloud, vpc);
  return {
    ...{ id: randomUUID(), createdAt: timestamp(), name, region, vpc, projectId, sizeUnit },
    ...{ addresses, membership, settings, status: "new", pending: 0, effectAt: 0, intended: [] },
    work: Promise.resolve(),
  };
}

/** @throws ApiError 422 for both or neither, too many, or what does not exist */
function membershipOf({ droplet_ids: ids, tag }: BalancerBody, cloud: Cloud): Membership {
  if (tag && ids?.length) throw unprocessable("droplet_ids and tag are mutually exclusive");
  if (tag) {
    if (!cloud.tags.has(tag)) throw unprocessable(`tag ${tag} not found`);
    return { tag };
  }
  checkIds(ids ?? [], cloud);
  return { ids: ids ?? [] };
}

function checkIds(ids: readonly number[], cloud: Cloud): void {
  const { dropletIdsPerBalancer: most } = cloud.options.limits;
  if (ids.length > most) throw unprocessable(`a load balancer takes at most ${most} droplet_ids`);
  const unknown = ids.find((id) => !cloud.droplets.has(id));
  if (unknown !== undefined) throw unprocessable(`droplet ${unknown} not found`);
}

function refuseEmpty(ids: readonly number[]): void {
  if (ids.length === 0) throw unprocessable("droplet_ids can't be emptied");
}

type IdChange = (ids: readonly number[], named: readonly number[]) => readonly number[];

function changingIds(changed: IdChange): Handler {
  return (request, cloud) => {
    const balancer = balancerOf(request, cloud);
    const { membership } = balancer;
    if (!("ids" in membership)) {
      throw unprocessable("droplets can't be added to or removed from a load balancer with a tag");
    }
    refuseWhilePending(balancer);
    const ids = changed(membership.ids, (request.body as { droplet_ids: number[] }).droplet_ids);
    refuseEmpty(ids);
    checkIds(ids, cloud);
    membership.ids = ids;
    change(cloud, balancer);
    return NO_CONTENT;
  };
}

type RuleChange = (
  rules: readonly ForwardingRule[],
  named: readonly ForwardingRule[],
) => readonly ForwardingRule[];

function changingRules(changed: RuleChange): Handler {
  return (request, cloud) => {
    const balancer = balancerOf(request, cloud);
    refuseWhilePending(balancer);
    const { forwarding_rules: named } = request.body as BalancerBody;
    const rules = changed(balancer.settings.forwarding_rules, named);
    if (rules.length === 0) throw unprocessable("a load balancer needs a forwarding rule");
    const region = balancer.region.slug;
    const settings = settingsOf({ ...balancer.settings, region, forwarding_rules: rules });
    checkCertificates(cloud, settings);
    balancer.settings = settings;
    change(cloud, balancer);
    return NO_CONTENT;
  };
}
