import { change, poolAndListeners } from "../cloud/change.ts";
import type { HealthMonitor } from "../cloud/records.ts";
import { newResource, type State } from "../cloud/state.ts";
import type { MonitorSettings } from "../plane/balancers.ts";
import { conflict, invalid, invalidOption, only } from "../refusal.ts";
import { monitorForm } from "./forms.ts";
import { checkQuota, commonView, created, idsOf, NO_CONTENT, ok, type Routes } from "./handler.ts";
import { listed } from "./listing.ts";
import { refuseLocked } from "./members.ts";

const HTTP_DEFAULTS = { http_method: "GET", url_path: "/", expected_codes: "200" };

export const healthMonitorRoutes: Routes = {
  "GET healthmonitors": (request, state) =>
    listed(request, "healthmonitors", [...state.monitors.values()].map(monitorView)),
  "POST healthmonitors": ({ body, projectId }, state) => {
    const { places, settings: given } = monitorForm.created(body);
    const pool = state.pool(places["pool_id"] ?? "");
    checkQuota(state, "healthmonitor", state.monitors);
    refuseLocked(pool);
    const settings = checked(given);
    if (state.monitorOf(pool)) throw conflict("This pool already has a health monitor");
    const monitor: HealthMonitor = { ...newResource(projectId), pool, settings };
    state.monitors.set(monitor.id, monitor);
    const done = () => switchOn(monitor);
    const parents = poolAndListeners(state, pool);
    change(state, pool.balancer, { created: [monitor], parents, done });
    return created({ healthmonitor: monitorView(monitor) });
  },
  "GET healthmonitors/{}": (_, state, id) =>
    ok({ healthmonitor: monitorView(monitorOf(state, id)) }),
  "PUT healthmonitors/{}": ({ body }, state, id) => {
    const monitor = monitorOf(state, id);
    const settings = checked({ ...monitor.settings, ...monitorForm.changes(body) });
    refuseLocked(monitor.pool);
    monitor.settings = settings;
    const done = () => switchOn(monitor);
    const parents = poolAndListeners(state, monitor.pool);
    change(state, monitor.pool.balancer, { updated: [monitor], parents, done });
    return ok({ healthmonitor: monitorView(monitor) });
  },
  "DELETE healthmonitors/{}": (_, state, id) => {
    const monitor = monitorOf(state, id);
    const { pool } = monitor;
    refuseLocked(pool);
    const parents = poolAndListeners(state, pool);
    const done = () => {
      state.monitors.delete(monitor.id);
      for (const member of state.membersOf(pool)) member.operating = "NO_MONITOR";
    };
    change(state, pool.balancer, { deleted: [monitor], parents, done });
    return NO_CONTENT;
  },
};

/** Fills in what a check by HTTP asks for. @throws Refusal 400 */
function checked(settings: MonitorSettings): MonitorSettings {
  const { type, http_version: version, domain_name: domain } = settings;
  const isHttp = type !== "TCP";
  const names = ["http_method", "url_path", "expected_codes"] as const;
  const given = names.find((name) => settings[name] !== null);
  if (!isHttp && given) throw invalidOption(given, `health monitors of type ${type}`);
  if (domain && !version) {
    throw invalid("'http_version' must be specified when 'domain_name' is provided.");
  }
  if (!isHttp) return settings;
  const filled = names.map((name) => [name, settings[name] ?? HTTP_DEFAULTS[name]]);
  return { ...settings, ...Object.fromEntries(filled) } as MonitorSettings;
}

function switchOn(monitor: HealthMonitor): void {
  monitor.operating = monitor.settings.admin_state_up ? "ONLINE" : "OFFLINE";
}

function monitorOf(state: State, id = ""): HealthMonitor {
  return only(state.monitors.get(id), "Health Monitor", id);
}

function monitorView(monitor: HealthMonitor): object {
  return { ...commonView(monitor, monitor.settings), pools: idsOf([monitor.pool]) };
}
