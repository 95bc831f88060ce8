import type { Cloud } from "./cloud.ts";

/**
 * Removes all that stands in the project. Something that resists keeps nothing else from being
 * removed; it is then swept away, and recorded as a fault of the emulator.
 */
export async function removeAll(cloud: Cloud): Promise<void> {
  const { schedule, plane, external, violations } = cloud.options;
  await schedule.stop();
  const machines = [...cloud.servers.values()].map(async ({ machine }) => {
    await machine?.destroy();
  });
  for (const result of await Promise.allSettled(machines)) {
    if (result.status === "fulfilled") continue;
    violations.push({ kind: "emulator", where: "removing all", problem: String(result.reason) });
  }
  await plane.sweep();
  // Docker removes no network that is in use.
  const own = [...cloud.networks.values()].flatMap(({ plane: network }) => network ?? []);
  for (const network of new Set([...own, external])) await plane.networks.remove(network);
}
