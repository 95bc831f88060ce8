import { setTimeout as sleep } from "node:timers/promises";
import type { Attachment } from "../plane/balancers.ts";
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
      balancer.running = await balancers.create({ id, vip, labels });
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
  const what = `removing load balancer ${balancer.settings.name}`;
  schedule.after(schedule.draw(delays.effect), what, () => {
    queue(state, balancer, what, async () => {
      await balancer.running?.remove();
      delete balancer.running;
      await vips.release(balancer.vip);
      forget(state, balancer);
    });
  });
}

/** Makes a load balancer that runs answer at a floating address too. */
export function publish(state: State, portId: string, at: Attachment): Promise<void> {
  return onPort(state, portId, (balancer) => balancer.running?.publish(at));
}

export function withdraw(state: State, portId: string, network: string): Promise<void> {
  return onPort(state, portId, (balancer) => balancer.running?.withdraw(network));
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

async function onPort(
  state: State,
  portId: string,
  doing: (balancer: LoadBalancer) => Promise<void> | undefined,
): Promise<void> {
  const balancer = [...state.balancers.values()].find(({ vip }) => vip.port_id === portId);
  if (!balancer) return;
  await new Promise<void>((resolve, reject) => {
    queue(state, balancer, `attaching load balancer ${balancer.settings.name}`, async () => {
      await Promise.resolve(doing(balancer)).then(resolve, reject);
    });
  });
}
