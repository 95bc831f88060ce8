import { setTimeout as sleep } from "node:timers/promises";
import { queue } from "./change.ts";
import { heartbeat } from "./heartbeat.ts";
import type { LoadBalancer } from "./records.ts";
import type { State } from "./state.ts";

const SETTLED_EVERY_MS = 50;
const SETTLED_WITHIN_MS = 60_000;

/** Makes a load balancer that is recorded, and lets it report for as long as it lives. */
export function start(state: State, balancer: LoadBalancer): void {
  const { schedule, delays, balancers, labels } = state.options;
  const { id, vip } = balancer;
  queue(state, balancer, `starting load balancer ${balancer.settings.name}`, async () => {
    try {
      const running = await balancers.create({ id, vip, labels });
      for (const [network, address] of state.floating.get(vip.port_id) ?? []) {
        await running.publish({ network, address });
      }
      balancer.running = running;
    } catch (error) {
      balancer.provisioning = "ERROR";
      throw error;
    }
    schedule.after(schedule.draw(delays.create), "activating a load balancer", () => {
      const stuck = state.stuck.take(id);
      schedule.after(stuck?.forMs ?? 0, "activating a load balancer", () => {
        balancer.provisioning = stuck?.ends ?? "ACTIVE";
      });
    });
    heartbeat(state, balancer);
  });
}

/** Removes it with all that belongs to it. */
export function stop(state: State, balancer: LoadBalancer): void {
  const { schedule, delays, vips } = state.options;
  balancer.provisioning = "PENDING_DELETE";
  const stuck = state.stuck.take(balancer.id);
  const what = `removing load balancer ${balancer.settings.name}`;
  schedule.after(stuck?.forMs ?? schedule.draw(delays.effect), what, () => {
    queue(state, balancer, what, async () => {
      if (stuck?.ends === "ERROR") {
        balancer.provisioning = "ERROR";
        return;
      }
      await balancer.running?.remove();
      delete balancer.running;
      await vips.release(balancer.vip);
      forget(state, balancer);
    });
  });
}

/** Resolves when no change is on its way any more. @throws Error after a minute */
export async function settled(state: State, id: string): Promise<void> {
  const balancer = state.balancer(id);
  const deadline = Date.now() + SETTLED_WITHIN_MS;
  while (balancer.provisioning.startsWith("PENDING") && state.balancers.has(id)) {
    if (Date.now() > deadline) {
      throw new Error(`${balancer.settings.name} is ${balancer.provisioning} after a minute.`);
    }
    await sleep(SETTLED_EVERY_MS);
  }
}

/** Forgets everything that belongs to it. */
function forget(state: State, balancer: LoadBalancer): void {
  state.balancers.delete(balancer.id);
  state.floating.delete(balancer.vip.port_id);
  const pools = new Set(state.poolsOf(balancer));
  for (const listener of state.listenersOf(balancer)) {
    for (const policy of state.policiesOf(listener)) {
      for (const { id } of state.rulesOf(policy)) state.rules.delete(id);
      state.policies.delete(policy.id);
    }
    state.listeners.delete(listener.id);
    state.traffic.forget(listener.id);
  }
  for (const { id, pool } of state.members.values()) if (pools.has(pool)) state.members.delete(id);
  for (const { id, pool } of state.monitors.values())
    if (pools.has(pool)) state.monitors.delete(id);
  for (const { id } of pools) state.pools.delete(id);
}
