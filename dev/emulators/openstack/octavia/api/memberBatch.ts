import type { Answer, Request } from "../../http/service.ts";
import { change, poolAndListeners } from "../cloud/change.ts";
import type { Member, Pool } from "../cloud/records.ts";
import type { State } from "../cloud/state.ts";
import type { MemberSettings } from "../plane/balancers.ts";
import { invalid, Refusal } from "../refusal.ts";
import { memberForm } from "./forms.ts";
import { checkQuota, type Routes } from "./handler.ts";
import { addressOf, checkSubnet, newMember, refuseLocked } from "./members.ts";

const ACCEPTED: Answer = { status: 202 };

/** All members of a pool at once: those that the list does not name leave. */
export const memberBatchRoutes: Routes = {
  "PUT pools/{}/members": (request, state, poolId = "") => {
    const pool = state.pool(poolId);
    const wanted = wantedOf(request);
    refuseLocked(pool);
    const isAdditive = request.query.get("additive_only")?.toLowerCase() === "true";
    const plan = planned(state.membersOf(pool), wanted);
    const leaving = isAdditive ? [] : plan.leaving;
    if (leaving.length + plan.joining.length + plan.staying.length === 0) return ACCEPTED;
    for (const settings of plan.joining) checkSubnet(state, settings);
    checkQuota(state, "member", state.members, plan.joining.length - leaving.length);
    bringAbout(state, pool, { ...plan, leaving });
    return ACCEPTED;
  },
};

interface Plan {
  readonly joining: readonly MemberSettings[];
  readonly staying: readonly { readonly member: Member; readonly settings: MemberSettings }[];
  readonly leaving: readonly Member[];
}

/** @throws Refusal 400 */
function wantedOf({ body }: Request): MemberSettings[] {
  const members = (body as { members?: unknown } | undefined)?.members;
  if (!Array.isArray(members)) {
    throw new Refusal(400, "Invalid input for field/attribute members. Mandatory field missing.");
  }
  const wanted = members.map((item) => memberForm.listed(item).settings);
  if (new Set(wanted.map(addressOf)).size < wanted.length) {
    throw invalid("Member must be updated only once in the same request.");
  }
  return wanted;
}

/** A member is the same one where its address and port are. */
function planned(members: readonly Member[], wanted: readonly MemberSettings[]): Plan {
  const known = new Map(members.map((member) => [addressOf(member.settings), member]));
  const named = new Set(wanted.map(addressOf));
  return {
    joining: wanted.filter((it) => !known.has(addressOf(it))),
    staying: wanted.flatMap((settings) => {
      const member = known.get(addressOf(settings));
      return member ? [{ member, settings }] : [];
    }),
    leaving: members.filter((it) => !named.has(addressOf(it.settings))),
  };
}

function bringAbout(state: State, pool: Pool, { joining, staying, leaving }: Plan): void {
  const created = joining.map((settings) => newMember(state, pool, settings));
  for (const { member, settings } of staying) {
    // What never changes keeps its value.
    member.settings = { ...settings, subnet_id: member.settings.subnet_id };
  }
  change(state, pool.balancer, {
    ...{ created, updated: staying.map(({ member }) => member), deleted: leaving },
    parents: poolAndListeners(state, pool),
    done: () => {
      for (const { id } of leaving) state.members.delete(id);
    },
  });
}
