import type { Policy } from "./records.ts";
import type { State } from "./state.ts";

/** From 1, among the policies of its listener. */
export function positionOf(state: State, policy: Policy): number {
  return state.policiesOf(policy.listener).indexOf(policy) + 1;
}

/** Puts a policy, new or not, at a position; one beyond the last is the last. */
export function place(state: State, policy: Policy, position: number): void {
  const others = state.policiesOf(policy.listener).filter((it) => it !== policy);
  const order = [...others.slice(0, position - 1), policy, ...others.slice(position - 1)];
  for (const { id } of order) state.policies.delete(id);
  for (const it of order) state.policies.set(it.id, it);
}
