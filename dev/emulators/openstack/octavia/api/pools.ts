import { change, refuseWhilePending } from "../cloud/change.ts";
import type { Listener, LoadBalancer, Pool } from "../cloud/records.ts";
import { newResource, type State } from "../cloud/state.ts";
import type { PoolSettings } from "../plane/balancers.ts";
import { conflict, invalid } from "../refusal.ts";
import { poolForm } from "./forms.ts";
import { checkQuota, commonView, created, idsOf, NO_CONTENT, ok, type Routes } from "./handler.ts";
import { listed } from "./listing.ts";
import { checkProtocols } from "./protocols.ts";

export const poolRoutes: Routes = {
  "GET pools": (request, state) =>
    listed(
      request,
      "pools",
      [...state.pools.values()].map((it) => poolView(state, it)),
    ),
  "POST pools": ({ body, projectId }, state) => {
    const { places, settings } = poolForm.created(body);
    const { balancer, listener } = placeOf(state, places);
    if (listener) checkProtocols(listener.settings.protocol, settings.protocol);
    checkPersistence(settings);
    checkQuota(state, "pool", state.pools);
    if (listener?.settings.default_pool_id) {
      throw conflict("This listener already has a default pool");
    }
    refuseWhilePending(balancer);
    const pool: Pool = { ...newResource(projectId), balancer, settings };
    state.pools.set(pool.id, pool);
    if (listener) listener.settings = { ...listener.settings, default_pool_id: pool.id };
    const parents = listener ? [listener] : [];
    change(state, balancer, { created: [pool], parents });
    return created({ pool: poolView(state, pool) });
  },
  "GET pools/{}": (_, state, id = "") => ok({ pool: poolView(state, state.pool(id)) }),
  "PUT pools/{}": ({ body }, state, id = "") => {
    const pool = state.pool(id);
    const settings = { ...pool.settings, ...poolForm.changes(body) };
    checkPersistence(settings);
    refuseWhilePending(pool.balancer);
    pool.settings = settings;
    const parents = state.listenersUsing(pool);
    change(state, pool.balancer, { updated: [pool], parents });
    return ok({ pool: poolView(state, pool) });
  },
  "DELETE pools/{}": (_, state, id = "") => {
    const pool = state.pool(id);
    const policy = [...state.policies.values()].find((it) => it.settings.redirect_pool_id === id);
    if (policy) throw conflict(`Pool ${id} is in use by L7 policy ${policy.id}`);
    refuseWhilePending(pool.balancer);
    const parents = state.listenersUsing(pool);
    const done = () => forget(state, pool);
    change(state, pool.balancer, { deleted: [pool], parents, done });
    return NO_CONTENT;
  },
};

function placeOf(
  state: State,
  { loadbalancer_id: balancerId, listener_id: listenerId }: Readonly<Record<string, string>>,
): { balancer: LoadBalancer; listener?: Listener } {
  if (balancerId) return { balancer: state.balancer(balancerId) };
  if (!listenerId) throw invalid("Must provide at least one of: loadbalancer_id, listener_id");
  const listener = state.listener(listenerId);
  return { balancer: listener.balancer, listener };
}

function checkPersistence({ session_persistence: persists }: PoolSettings): void {
  if (!persists) return;
  const { type, cookie_name: name } = persists;
  if (name && type !== "APP_COOKIE") {
    throw invalid(
      'Field "cookie_name" can only be specified with session persistence of type "APP_COOKIE".',
    );
  }
  if (!name && type === "APP_COOKIE") {
    throw invalid(
      'Field "cookie_name" must be specified when using the "APP_COOKIE" session persistence type.',
    );
  }
}

/** A listener whose default it was has none then: Octavia asks nobody. */
function forget(state: State, pool: Pool): void {
  for (const listener of state.listenersOf(pool.balancer)) {
    if (listener.settings.default_pool_id !== pool.id) continue;
    listener.settings = { ...listener.settings, default_pool_id: null };
  }
  for (const { id } of state.membersOf(pool)) state.members.delete(id);
  const monitor = state.monitorOf(pool);
  if (monitor) state.monitors.delete(monitor.id);
  state.pools.delete(pool.id);
}

function poolView(state: State, pool: Pool): object {
  const { session_persistence: persists, ...settings } = pool.settings;
  const more = { cookie_name: null, persistence_timeout: null, persistence_granularity: null };
  return {
    ...commonView(pool, settings),
    session_persistence: persists && { ...more, ...persists },
    loadbalancers: idsOf([pool.balancer]),
    listeners: idsOf(state.listenersUsing(pool)),
    members: idsOf(state.membersOf(pool)),
    healthmonitor_id: state.monitorOf(pool)?.id ?? null,
  };
}
