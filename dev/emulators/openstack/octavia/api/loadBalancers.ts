import { start, stop } from "../cloud/balancerLife.ts";
import { change, refuseOwnWhilePending } from "../cloud/change.ts";
import type { LoadBalancer } from "../cloud/records.ts";
import { newResource, type State } from "../cloud/state.ts";
import { FLAVORS } from "../options.ts";
import type { VipRequest } from "../plane/vips.ts";
import { invalid, Refusal } from "../refusal.ts";
import { balancerForm } from "./forms.ts";
import { checkQuota, commonView, created, idsOf, NO_CONTENT, ok, type Routes } from "./handler.ts";
import { listed } from "./listing.ts";

const PROVIDERS = ["amphora", "octavia"];

export const loadBalancerRoutes: Routes = {
  "GET loadbalancers": (request, state) =>
    listed(
      request,
      "loadbalancers",
      [...state.balancers.values()].map((it) => balancerView(state, it)),
    ),
  "POST loadbalancers": async ({ body, projectId }, state) => {
    const { places, settings } = balancerForm.created(body);
    const { provider = "amphora", flavor_id: flavorId = null } = places;
    checkOffer(provider, flavorId);
    checkQuota(state, "loadbalancer", state.balancers);
    const resource = newResource(projectId);
    const vip = await state.options.vips.allocate(vipRequest(resource.id, projectId, places));
    const more = { vip, provider, flavorId, settings, work: Promise.resolve() };
    const balancer: LoadBalancer = { ...resource, ...more };
    state.balancers.set(balancer.id, balancer);
    start(state, balancer);
    return created({ loadbalancer: balancerView(state, balancer) });
  },
  "GET loadbalancers/{}": (_, state, id = "") =>
    ok({ loadbalancer: balancerView(state, state.balancer(id)) }),
  "PUT loadbalancers/{}": ({ body }, state, id = "") => {
    const balancer = state.balancer(id);
    const changes = balancerForm.changes(body);
    refuseOwnWhilePending(balancer);
    balancer.settings = { ...balancer.settings, ...changes };
    change(state, balancer, { updated: [balancer] });
    return ok({ loadbalancer: balancerView(state, balancer) });
  },
  "DELETE loadbalancers/{}": ({ query }, state, id = "") => {
    const balancer = state.balancer(id);
    const isCascade = query.get("cascade")?.toLowerCase() === "true";
    const children = [...state.listenersOf(balancer), ...state.poolsOf(balancer)];
    if (children.length > 0 && !isCascade) {
      throw invalid(`Cannot delete Load Balancer ${id} - it has children`);
    }
    refuseOwnWhilePending(balancer, true);
    stop(state, balancer);
    return NO_CONTENT;
  },
  "GET loadbalancers/{}/stats": (_, state, id = "") => {
    const listeners = state.listenersOf(state.balancer(id));
    return ok({ stats: state.traffic.of(listeners.map((it) => it.id)) });
  },
};

/** @throws Refusal for what this cloud does not have */
function checkOffer(provider: string, flavorId: string | null): void {
  if (!PROVIDERS.includes(provider)) {
    throw new Refusal(400, `Provider '${provider}' is not enabled.`);
  }
  if (flavorId !== null && !FLAVORS.some(({ id }) => id === flavorId)) {
    throw invalid("Invalid flavor_id.");
  }
}

function vipRequest(
  loadBalancerId: string,
  projectId: string,
  places: Readonly<Record<string, string>>,
): VipRequest {
  const { vip_port_id: port, vip_subnet_id: subnet, vip_network_id: network } = places;
  if (!port && !subnet && !network) {
    throw invalid("VIP must contain one of: vip_port_id, vip_network_id, vip_subnet_id.");
  }
  return {
    ...{ loadBalancerId, projectId },
    ...(port && { portId: port }),
    ...(subnet && { subnetId: subnet }),
    ...(network && { networkId: network }),
    ...(places["vip_address"] && { address: places["vip_address"] }),
  };
}

function balancerView(state: State, balancer: LoadBalancer): object {
  const { vip, provider, flavorId, settings } = balancer;
  return {
    ...commonView(balancer, settings),
    ...{ vip_address: vip.address, vip_port_id: vip.port_id, vip_subnet_id: vip.subnet_id },
    ...{ vip_network_id: vip.network_id, vip_qos_policy_id: null, vip_vnic_type: "normal" },
    ...{ additional_vips: [], vip_sg_ids: [], availability_zone: null },
    ...{ provider, flavor_id: flavorId },
    listeners: idsOf(state.listenersOf(balancer)),
    pools: idsOf(state.poolsOf(balancer)),
  };
}
