import { change, refuseWhilePending } from "../cloud/change.ts";
import { place, positionOf } from "../cloud/positions.ts";
import type { Listener, Policy } from "../cloud/records.ts";
import { newResource, type State } from "../cloud/state.ts";
import type { PolicySettings } from "../plane/balancers.ts";
import { only, Refusal } from "../refusal.ts";
import { policyForm } from "./forms.ts";
import { checkQuota, commonView, created, idsOf, NO_CONTENT, ok, type Routes } from "./handler.ts";
import { listed } from "./listing.ts";
import { checkProtocols } from "./protocols.ts";

/** Which setting an action needs, and what is no setting of it. */
const TARGETS = {
  REDIRECT_TO_POOL: "redirect_pool_id",
  REDIRECT_TO_URL: "redirect_url",
  REDIRECT_PREFIX: "redirect_prefix",
  REJECT: undefined,
} as const;

const NO_TARGET = {
  ...{ redirect_pool_id: null, redirect_url: null, redirect_prefix: null },
  redirect_http_code: null,
};

export const policyRoutes: Routes = {
  "GET l7policies": (request, state) =>
    listed(
      request,
      "l7policies",
      [...state.policies.values()].map((it) => policyView(state, it)),
    ),
  "POST l7policies": ({ body, projectId }, state) => {
    const { places, settings: given } = policyForm.created(body);
    const listener = state.listener(places["listener_id"] ?? "");
    const { position, ...rest } = given;
    const settings = { ...rest, ...targetOf(rest) };
    checkPool(state, listener, settings);
    checkQuota(state, "l7policy", state.policies);
    refuseWhilePending(listener.balancer);
    const policy: Policy = { ...newResource(projectId), listener, settings };
    place(state, policy, position);
    const done = () => switchOn(policy);
    change(state, listener.balancer, { created: [policy], parents: [listener], done });
    return created({ l7policy: policyView(state, policy) });
  },
  "GET l7policies/{}": (_, state, id) => ok({ l7policy: policyView(state, policyOf(state, id)) }),
  "PUT l7policies/{}": ({ body }, state, id) => {
    const policy = policyOf(state, id);
    const { listener } = policy;
    const { position, ...changes } = policyForm.changes(body);
    const settings = { ...policy.settings, ...changes, ...changedTarget(changes) };
    checkPool(state, listener, settings);
    refuseWhilePending(listener.balancer);
    policy.settings = settings;
    if (position !== undefined) place(state, policy, position);
    const done = () => switchOn(policy);
    change(state, listener.balancer, { updated: [policy], parents: [listener], done });
    return ok({ l7policy: policyView(state, policy) });
  },
  "DELETE l7policies/{}": (_, state, id) => {
    const policy = policyOf(state, id);
    const { listener } = policy;
    refuseWhilePending(listener.balancer);
    const done = () => {
      for (const rule of state.rulesOf(policy)) state.rules.delete(rule.id);
      state.policies.delete(policy.id);
    };
    change(state, listener.balancer, { deleted: [policy], parents: [listener], done });
    return NO_CONTENT;
  },
};

export function policyOf(state: State, id = ""): Policy {
  return only(state.policies.get(id), "L7 Policy", id);
}

type Target = Pick<PolicySettings, "action" | keyof typeof NO_TARGET>;

/** The action's own target without any other. @throws Refusal 400 where it is missing */
function targetOf(settings: PolicySettings): Target {
  const { action, redirect_pool_id: pool, redirect_http_code: code } = settings;
  if (pool && (settings.redirect_url || settings.redirect_prefix)) {
    throw invalidArguments(
      "Cannot specify redirect_pool_id and redirect_url or redirect_prefix at the same time",
    );
  }
  const name = TARGETS[action];
  if (name === undefined) return { action, ...NO_TARGET };
  const target = settings[name];
  if (!target) {
    const both = name === "redirect_pool_id" ? `${name} or redirect_pool` : name;
    throw invalidArguments(`${both} must not be None`);
  }
  const isUrl = name !== "redirect_pool_id";
  return { action, ...NO_TARGET, [name]: target, redirect_http_code: isUrl ? (code ?? 302) : null };
}

/** A change that names a target names its action with that. */
function changedTarget(changes: Partial<PolicySettings>): Partial<PolicySettings> {
  const named = (Object.keys(TARGETS) as (keyof typeof TARGETS)[]).find((action) => {
    const name = TARGETS[action];
    return name !== undefined && Boolean(changes[name]);
  });
  const action = named ?? changes.action;
  return action ? targetOf({ ...NO_TARGET, ...changes, action } as PolicySettings) : {};
}

function invalidArguments(detail: string): Refusal {
  return new Refusal(400, `Invalid L7 Policy arguments: ${detail}`);
}

function checkPool(state: State, listener: Listener, settings: PolicySettings): void {
  const { redirect_pool_id: id } = settings;
  if (id !== null) checkProtocols(listener.settings.protocol, state.pool(id).settings.protocol);
}

function switchOn(policy: Policy): void {
  policy.operating = policy.settings.admin_state_up ? "ONLINE" : "OFFLINE";
}

function policyView(state: State, policy: Policy): object {
  return {
    ...commonView(policy, policy.settings),
    ...{ listener_id: policy.listener.id, position: positionOf(state, policy) },
    rules: idsOf(state.rulesOf(policy)),
  };
}
