import type { Cloud } from "./switchRoute.ts";

/**
 * Refuses changes once a later `up` has written its record. A step outlives a killed `pulumi up` and
 * must not work against the next one.
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

/** @throws Error if a later `up` has written its record. */
export async function refuseOvertakenSwitch(
  cloud: Pick<Cloud, "record">,
  generation: number,
): Promise<void> {
  const record = await cloud.record();
  if (record === undefined || record.generation <= generation) return;
  throw new Error("A later pulumi up is changing the balancer, so this one stopped.");
}
