import type { ListenerRecord } from "./listenerRecord.ts";
import type { Listener } from "./setOctaviaRoute.ts";

/**
 * The same listener, for one `up` only: once a later one has left its record, nothing is changed any
 * more. A script goes on when the `pulumi up` that started it is killed, and must not work against the
 * next one.
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

/** @throws Error where a later `up` has left its record. */
export function refuseOvertakenRoute(record: ListenerRecord | undefined, generation: string): void {
  if (!record || record.generation <= generation) return;
  throw new Error("A later pulumi up moves the balancer now, so this one has stopped.");
}
