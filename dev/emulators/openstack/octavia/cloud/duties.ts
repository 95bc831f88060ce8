import type { Duties, PlacedListener, PlacedPool } from "../plane/balancers.ts";
import type { Listener, LoadBalancer, Pool, Resource } from "./records.ts";
import type { State } from "./state.ts";

/** What a load balancer has to do after all that was asked for; what is being deleted is gone. */
export function dutiesOf(state: State, balancer: LoadBalancer): Duties {
  const listeners = balancer.settings.admin_state_up ? state.listenersOf(balancer) : [];
  return {
    listeners: staying(listeners).map((it) => placedListener(state, it)),
    pools: staying(state.poolsOf(balancer)).map((it) => placedPool(state, it)),
  };
}

function placedListener(state: State, listener: Listener): PlacedListener {
  const { id, settings } = listener;
  const policies = staying(state.policiesOf(listener)).map((policy) => ({
    ...{ id: policy.id, settings: policy.settings },
    rules: staying(state.rulesOf(policy)),
  }));
  return { id, settings, policies };
}

function placedPool(state: State, pool: Pool): PlacedPool {
  const { id, settings } = pool;
  const monitor = state.monitorOf(pool);
  const isChecked = monitor !== undefined && staying([monitor]).length > 0;
  return {
    ...{ id, settings, members: staying(state.membersOf(pool)) },
    ...(isChecked && { monitor: monitor.settings }),
  };
}

function staying<T extends Resource>(resources: readonly T[]): T[] {
  return resources.filter(({ provisioning }) => provisioning !== "PENDING_DELETE");
}
