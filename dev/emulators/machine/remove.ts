import { docker } from "../docker.ts";

/**
 * Removes all machines with their disks, registries, networks and volumes that carry a label, such
 * as `blue-green.test=abc` or only its name: what a test that was killed has left.
 */
export async function removeMachines(label: string): Promise<void> {
  await removeAll(["ps", "--all"], ["rm", "--force", "--volumes"], label);
  await removeAll(["network", "ls"], ["network", "rm"], label);
  await removeAll(["volume", "ls"], ["volume", "rm"], label);
}

/** What carries a label, as `docker ps` and its likes name it; empty after `removeMachines`. */
export async function labelled(label: string): Promise<string[]> {
  const lists = [
    ["ps", "--all"],
    ["network", "ls"],
    ["volume", "ls"],
  ];
  return (await Promise.all(lists.map((list) => idsOf(list, label)))).flat();
}

async function removeAll(
  list: readonly string[],
  remove: readonly string[],
  label: string,
): Promise<void> {
  const ids = await idsOf(list, label);
  if (ids.length > 0) await docker(...remove, ...ids);
}

async function idsOf(list: readonly string[], label: string): Promise<string[]> {
  const ids = await docker(...list, "--quiet", "--filter", `label=${label}`);
  return ids.split("\n").filter(Boolean);
}
