import type { Cloud } from "./switchRoute.ts";

/**
 * The same cloud, for one `up` only: once a later one has left its record, nothing is changed any more.
 * A script goes on when the `pulumi up` that started it is killed, and must not work against the next.
 */
export function fencedCloud(cloud: Cloud, generation: number): Cloud {
  const check = () => refuseOvertakenSwitch(cloud, generation);
  return {
    members: () => cloud.members(),
    record: () => cloud.record(),
    ask: () => cloud.ask(),
    wait: (ms) => cloud.wait(ms),
    now: () => cloud.now(),
    say: (line) => cloud.say(line),
    async writeRecord(record, on) {
      await check();
      await cloud.writeRecord(record, on);
    },
    async setLive(ids, isLive) {
      await check();
      await cloud.setLive(ids, isLive);
    },
    async setReady(ids, isReady) {
      await check();
      await cloud.setReady(ids, isReady);
    },
  };
}

/** @throws Error where a later `up` has left its record. */
export async function refuseOvertakenSwitch(
  cloud: Pick<Cloud, "record">,
  generation: number,
): Promise<void> {
  const record = await cloud.record();
  if (record === undefined || record.generation <= generation) return;
  throw new Error("A later pulumi up moves the balancer now, so this one has stopped.");
}
