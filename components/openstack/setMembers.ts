/**
 * Gives the pool that both colors share its members, and lets requests end on those that leave. Run by
 * `OctaviaBalancer` on this machine: the account is in the environment, all else comes as JSON by
 * standard input.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { BalancerParts } from "../../lib/openstack/balancerParts.ts";
import {
  draining,
  type Member,
  sameMembers,
  withWeights,
} from "../../lib/openstack/sharedMembers.ts";
import { runProgram } from "../runProgram.ts";
import { accountFromEnvironment } from "./account.ts";
import { OpenStack } from "./api.ts";
import { OctaviaListener } from "./octaviaListener.ts";

export interface SetMembersInput {
  readonly parts: BalancerParts;
  readonly members: readonly Member[];
  /** How long requests in flight on a host may last when it leaves. */
  readonly drainSeconds: number;
}

await runProgram(async ({ parts, members, drainSeconds }: SetMembersInput) => {
  const listener = new OctaviaListener(await OpenStack.open(accountFromEnvironment()), parts);
  const state = await listener.state();
  const there = await listener.poolMembers("shared");
  const wanted = withWeights(members, state);
  const leaving = draining(there, members, state);
  if (leaving.length > 0) {
    await listener.setMembers("shared", [...wanted, ...leaving]);
    await sleep(drainSeconds * 1000);
  }
  if (leaving.length > 0 || !sameMembers(there, wanted)) {
    await listener.setMembers("shared", wanted);
  }
  return String(wanted.length);
});
