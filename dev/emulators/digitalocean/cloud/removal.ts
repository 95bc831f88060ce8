import type { Cloud } from "./cloud.ts";

/**
 * Removes all that stands in the account. Something that resists keeps nothing else from being
 * removed; it is then swept away, and recorded as a fault of the emulator.
 */
export async function removeAll(cloud: Cloud): Promise<void> {
  const { schedule, plane, publicNetwork, violations } = cloud.options;
  await schedule.stop();
  const removed = await Promise.allSettled([
    ...[...cloud.droplets.values()].map(({ machine }) => machine?.destroy()),
    ...[...cloud.loadBalancers.values()].map(({ running }) => running?.remove()),
  ]);
  for (const result of removed) {
    if (result.status === "fulfilled") continue;
    violations.push({ kind: "emulator", where: "removing all", problem: String(result.reason) });
  }
  await plane.sweep();
  // Docker removes no network that is in use.
  const vpcs = [...cloud.vpcs.values()].flatMap(({ network }) => network ?? []);
  for (const network of [...vpcs, publicNetwork]) await plane.networks.remove(network);
}
