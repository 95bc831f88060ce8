import { change, poolAndListeners, refuseBroken, refuseWhilePending } from "../cloud/change.ts";
import type { Member, Pool } from "../cloud/records.ts";
import { newResource, type State } from "../cloud/state.ts";
import type { MemberSettings } from "../plane/balancers.ts";
import { conflict, notFound, only } from "../refusal.ts";
import { memberForm } from "./forms.ts";
import { checkQuota, commonView, created, NO_CONTENT, ok, type Routes } from "./handler.ts";
import { listed } from "./listing.ts";

export const memberRoutes: Routes = {
  "GET pools/{}/members": (request, state, poolId = "") =>
    listed(request, "members", state.membersOf(state.pool(poolId)).map(memberView)),
  "POST pools/{}/members": ({ body }, state, poolId = "") => {
    const pool = state.pool(poolId);
    const { settings } = memberForm.created(body);
    checkSubnet(state, settings);
    checkQuota(state, "member", state.members);
    refuseLocked(pool);
    if (state.membersOf(pool).some((it) => addressOf(it.settings) === addressOf(settings))) {
      throw conflict(
        `Another member on this pool is already using ip ${settings.address} ` +
          `on protocol_port ${settings.protocol_port}`,
      );
    }
    const member = newMember(state, pool, settings);
    const parents = poolAndListeners(state, pool);
    change(state, pool.balancer, { created: [member], parents });
    return created({ member: memberView(member) });
  },
  "GET pools/{}/members/{}": (_, state, poolId, id) =>
    ok({ member: memberView(memberOf(state, poolId, id)) }),
  "PUT pools/{}/members/{}": ({ body }, state, poolId, id) => {
    const member = memberOf(state, poolId, id);
    const changes = memberForm.changes(body);
    refuseLocked(member.pool);
    member.settings = { ...member.settings, ...changes };
    const parents = poolAndListeners(state, member.pool);
    change(state, member.pool.balancer, { updated: [member], parents });
    return ok({ member: memberView(member) });
  },
  "DELETE pools/{}/members/{}": (_, state, poolId, id) => {
    const member = memberOf(state, poolId, id);
    refuseLocked(member.pool);
    const parents = poolAndListeners(state, member.pool);
    const done = () => void state.members.delete(member.id);
    change(state, member.pool.balancer, { deleted: [member], parents, done });
    return NO_CONTENT;
  },
};

/** @throws Refusal 409 while the pool can't be changed */
export function refuseLocked(pool: Pool): void {
  refuseWhilePending(pool.balancer);
  refuseBroken(pool, "Pool");
}

/** Records a member; one that is not checked has no monitor from the beginning. */
export function newMember(state: State, pool: Pool, settings: MemberSettings): Member {
  const operating = state.monitorOf(pool) ? "OFFLINE" : "NO_MONITOR";
  const member: Member = { ...newResource(pool.projectId), operating, pool, settings };
  state.members.set(member.id, member);
  return member;
}

export function checkSubnet(state: State, { subnet_id: id }: MemberSettings): void {
  if (id !== null && !state.options.vips.hasSubnet(id)) throw notFound("Subnet", id);
}

/** What no two members of a pool share. */
export function addressOf({ address, protocol_port: port }: MemberSettings): string {
  return `${address}:${port}`;
}

function memberOf(state: State, poolId = "", id = ""): Member {
  const pool = state.pool(poolId);
  return only(
    state.membersOf(pool).find((it) => it.id === id),
    "Member",
    id,
  );
}

function memberView(member: Member): object {
  return { ...commonView(member, member.settings), vnic_type: "normal" };
}
