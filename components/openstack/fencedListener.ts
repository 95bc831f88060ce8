import type { ListenerRecord } from "./listenerRecord.ts";
import type { Listener } from "./setOctaviaRoute.ts";

/**
 * Refuses changes once a later `up` has written its record. A step outlives a killed `pulumi up` and must
 * not work against the next one.
 */
export function fencedListener(listener: Listener, generation: string): Listener {
  const check = async () => refuseOvertakenRoute(await listener.record(), generation);
  return {
    state: () => listener.state(),
    record: () => listener.record(),
    members: (color) => listener.members(color),
    wait: (ms) => listener.wait(ms),
    now: () => listener.now(),
    say: (line) => listener.say(line),
    async setWeights(weights) {
      await check();
      await listener.setWeights(weights);
    },
    async setTesters(color) {
      await check();
      await listener.setTesters(color);
    },
    async setPreview(color) {
      await check();
      await listener.setPreview(color);
    },
    async setPointer(pointer, record) {
      await check();
      await listener.setPointer(pointer, record);
    },
    async setRecord(record) {
      await check();
      await listener.setRecord(record);
    },
  };
}

/** @throws Error if a later `up` has written its record. */
export function refuseOvertakenRoute(record: ListenerRecord | undefined, generation: string): void {
  if (!record || record.generation <= generation) return;
  throw new Error("A later pulumi up is changing the balancer, so this one stopped.");
}
