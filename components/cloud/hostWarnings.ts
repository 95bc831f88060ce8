import type { MachineWords, ObservedMachine } from "./machines.ts";

/** @param problem What the host's silence looks like; names it. */
export function lostHost(
  id: ObservedMachine["id"],
  problem: string,
  { deletion }: MachineWords,
): string {
  return (
    `${problem}\nSo nothing can be done there. Wait if it is just being started; if it is lost, ` +
    `delete it and let a new one take its place:\n` +
    `  ${deletion(id)}\n  pulumi up --refresh`
  );
}

/**
 * Hosts that a cloud has more than once. Where its API makes a machine and answers 500 all the same, the
 * plugin asks for it again, and nobody knows the first.
 */
export function doubleHosts(
  machines: readonly Pick<ObservedMachine, "id" | "hostName">[],
  { account, many, deletion }: MachineWords,
): string[] {
  const idsByHost = new Map<string, ObservedMachine["id"][]>();
  for (const { hostName, id } of machines) {
    idsByHost.set(hostName, [...(idsByHost.get(hostName) ?? []), id]);
  }
  return [...idsByHost]
    .filter(([, ids]) => ids.length > 1)
    .map(
      ([hostName, ids]) =>
        `The ${account} has ${ids.length} ${many} for ${hostName}: ${ids.join(", ")}. ` +
        `pulumi up deletes one that it has replaced. What is there after it besides the one that ` +
        `pulumi stack --show-ids names only costs money:\n` +
        `  ${deletion("ID")}`,
    );
}
