import type { Attachment } from "../../../networks/networks.ts";
import type { RunningBalancer } from "../plane/balancers.ts";
import { queue } from "./change.ts";
import type { State } from "./state.ts";

/** Gives a VIP's port a floating address; a load balancer that is not made yet gets it with its start. */
export async function publish(state: State, portId: string, at: Attachment): Promise<void> {
  const addresses = state.floating.get(portId) ?? new Map<string, string>();
  state.floating.set(portId, addresses.set(at.network, at.address));
  await onPort(state, portId, (running) => running.publish(at));
}

export async function withdraw(state: State, portId: string, network: string): Promise<void> {
  state.floating.get(portId)?.delete(network);
  await onPort(state, portId, (running) => running.withdraw(network));
}

/** Does it with the load balancer at this port, if one runs, after all that it is doing. */
async function onPort(
  state: State,
  portId: string,
  doing: (running: RunningBalancer) => Promise<void>,
): Promise<void> {
  const balancer = [...state.balancers.values()].find(({ vip }) => vip.port_id === portId);
  if (!balancer?.running) return;
  await new Promise<void>((resolve, reject) => {
    queue(state, balancer, `attaching load balancer ${balancer.settings.name}`, async () => {
      const done = balancer.running && doing(balancer.running);
      await Promise.resolve(done).then(resolve, reject);
    });
  });
}
