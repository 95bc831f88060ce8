import { setTimeout as sleep } from "node:timers/promises";
import type { BalancerParts } from "./balancerParts.ts";
import { refuseOvertakenMembers } from "./membersMark.ts";
import { setSharedMembers, type WantedMembers } from "./setSharedMembers.ts";
import { accountFromEnvironment } from "./accountEnvironment.ts";
import { OpenStack } from "./api.ts";
import { OctaviaListener } from "./octaviaListener.ts";

export interface SetMembersInput extends WantedMembers {
  readonly parts: BalancerParts;
}

/**
 * The step `octavia-members` of `OctaviaBalancer`: gives the pool that both colors share its members; see
 * `setSharedMembers`.
 */
export async function setMembers({ parts, ...wanted }: SetMembersInput): Promise<string> {
  const began = new Date().toISOString();
  const members = () => listener.poolMembers("shared");
  // A call may be tried for minutes, and a later up may begin meanwhile.
  const stillAllowed = async () => refuseOvertakenMembers(await members(), began);
  const api = await OpenStack.open(accountFromEnvironment(), stillAllowed);
  const listener: OctaviaListener = new OctaviaListener(api, parts);
  await setSharedMembers(wanted, began, {
    members,
    state: () => listener.state(),
    set: (all) => listener.setMembers("shared", all),
    wait: (ms) => sleep(ms),
  });
  return String(wanted.members.length);
}
