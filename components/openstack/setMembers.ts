/**
 * Gives the pool that both colors share its members; see `setSharedMembers`. Run by `OctaviaBalancer` on
 * this machine: the account is in the environment, all else comes as JSON by standard input.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { BalancerParts } from "../../lib/openstack/balancerParts.ts";
import { refuseOvertakenMembers } from "../../lib/openstack/membersMark.ts";
import { setSharedMembers, type WantedMembers } from "../../lib/openstack/setSharedMembers.ts";
import { runProgram } from "../runProgram.ts";
import { accountFromEnvironment } from "./account.ts";
import { OpenStack } from "./api.ts";
import { OctaviaListener } from "./octaviaListener.ts";

export interface SetMembersInput extends WantedMembers {
  readonly parts: BalancerParts;
}

await runProgram(async ({ parts, ...wanted }: SetMembersInput) => {
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
});
