import { certificatesFor, change, refuseWhilePending } from "../cloud/change.ts";
import type { Listener, LoadBalancer } from "../cloud/records.ts";
import { newResource, type State } from "../cloud/state.ts";
import type { ListenerSettings } from "../plane/balancers.ts";
import { conflict, invalid, invalidOption, notFound } from "../refusal.ts";
import { listenerForm } from "./forms.ts";
import { checkQuota, commonView, created, idsOf, NO_CONTENT, ok, type Routes } from "./handler.ts";
import { listed } from "./listing.ts";
import { checkProtocols } from "./protocols.ts";

const HEADERS = ["X-Forwarded-For", "X-Forwarded-Port", "X-Forwarded-Proto"];

export const listenerRoutes: Routes = {
  "GET listeners": (request, state) =>
    listed(
      request,
      "listeners",
      [...state.listeners.values()].map((it) => listenerView(state, it)),
    ),
  "POST listeners": ({ body, projectId }, state) => {
    const { places, settings } = listenerForm.created(body);
    const balancer = state.balancer(places["loadbalancer_id"] ?? "");
    checkQuota(state, "listener", state.listeners);
    checkPool(state, balancer, settings);
    refuseWhilePending(balancer);
    check(state, settings);
    refuseTakenPort(state, balancer, settings);
    const listener: Listener = { ...newResource(projectId), balancer, settings };
    state.listeners.set(listener.id, listener);
    change(state, balancer, { created: [listener] });
    return created({ listener: listenerView(state, listener) });
  },
  "GET listeners/{}": (_, state, id = "") =>
    ok({ listener: listenerView(state, state.listener(id)) }),
  "PUT listeners/{}": ({ body }, state, id = "") => {
    const listener = state.listener(id);
    const settings = { ...listener.settings, ...listenerForm.changes(body) };
    checkPool(state, listener.balancer, settings);
    refuseWhilePending(listener.balancer);
    check(state, settings);
    listener.settings = settings;
    change(state, listener.balancer, { updated: [listener] });
    return ok({ listener: listenerView(state, listener) });
  },
  "DELETE listeners/{}": (_, state, id = "") => {
    const listener = state.listener(id);
    refuseWhilePending(listener.balancer);
    const done = () => forget(state, listener);
    change(state, listener.balancer, { deleted: [listener], done });
    return NO_CONTENT;
  },
  "GET listeners/{}/stats": (_, state, id = "") =>
    ok({ stats: state.traffic.of([state.listener(id).id]) }),
};

/** The default pool is one of the same load balancer, of a protocol that fits. */
function checkPool(state: State, balancer: LoadBalancer, settings: ListenerSettings): void {
  const { default_pool_id: id, protocol } = settings;
  if (id === null) return;
  const pool = state.pool(id);
  if (pool.balancer !== balancer) throw notFound("Pool", id);
  checkProtocols(protocol, pool.settings.protocol);
}

function check(state: State, settings: ListenerSettings): void {
  const { protocol, default_tls_container_ref: ref, sni_container_refs: more } = settings;
  const refs = [...(ref ? [ref] : []), ...more];
  if (protocol === "TERMINATED_HTTPS" && refs.length === 0) {
    throw invalid(
      "An SNI or default certificate container reference must be provided for " +
        `${protocol} protocol listeners.`,
    );
  }
  if (protocol !== "TERMINATED_HTTPS" && refs.length > 0) {
    throw invalid(
      `Certificate container references are not allowed on ${protocol} protocol listeners.`,
    );
  }
  certificatesFor(state, refs);
  checkHeaders(settings);
}

function checkHeaders({ protocol, insert_headers: headers }: ListenerSettings): void {
  const names = Object.keys(headers);
  if (names.length === 0) return;
  if (protocol !== "HTTP" && protocol !== "TERMINATED_HTTPS") {
    throw invalidOption("insert-headers", `a ${protocol} protocol listener.`);
  }
  const unknown = names.some((name) => !HEADERS.includes(name));
  if (unknown) throw invalidOption(JSON.stringify(names), "insert_headers");
}

function refuseTakenPort(
  state: State,
  balancer: LoadBalancer,
  { protocol_port: port }: ListenerSettings,
): void {
  const other = state.listenersOf(balancer).find((it) => it.settings.protocol_port === port);
  if (!other) return;
  throw conflict(
    "Another Listener on this Load Balancer is already using " +
      `protocol ${other.settings.protocol} and protocol_port ${port}`,
  );
}

function forget(state: State, listener: Listener): void {
  for (const policy of state.policiesOf(listener)) {
    for (const { id } of state.rulesOf(policy)) state.rules.delete(id);
    state.policies.delete(policy.id);
  }
  state.listeners.delete(listener.id);
  state.traffic.forget(listener.id);
}

function listenerView(state: State, listener: Listener): object {
  return {
    ...commonView(listener, listener.settings),
    loadbalancers: idsOf([listener.balancer]),
    l7policies: idsOf(state.policiesOf(listener)),
  };
}
