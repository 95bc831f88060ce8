import { change, refuseBroken, refuseWhilePending } from "../cloud/change.ts";
import type { Policy, Rule } from "../cloud/records.ts";
import { newResource, type State } from "../cloud/state.ts";
import type { RuleSettings } from "../plane/balancers.ts";
import { conflict, only, Refusal } from "../refusal.ts";
import { ruleForm } from "./forms.ts";
import { checkQuota, commonView, created, NO_CONTENT, ok, type Routes } from "./handler.ts";
import { policyOf } from "./l7policies.ts";
import { listed } from "./listing.ts";

/** More than HAProxy reads in one line (MAX_L7RULES_PER_L7POLICY). */
const MOST_RULES = 50;
/** Names of headers and cookies, and their values (RFC 7230, RFC 6265). */
const NAME = /^[\w!#$%&'*+\-.^`|~]+$/;
const VALUE = /^[\w!"#$%&'()*+,\-./:;<=>?@[\]^`{|}~\\]+$/;
const QUOTED = /^"[\w \t!#$%&'()*+,\-./:;<=>?@[\]^`{|}~\\]*"$/;

export const ruleRoutes: Routes = {
  "GET l7policies/{}/rules": (request, state, policyId) =>
    listed(request, "rules", state.rulesOf(policyOf(state, policyId)).map(ruleView)),
  "POST l7policies/{}/rules": ({ body, projectId }, state, policyId) => {
    const policy = policyOf(state, policyId);
    const { settings } = ruleForm.created(body);
    check(settings);
    if (state.rulesOf(policy).length >= MOST_RULES) {
      throw conflict(`Too many rules on L7 policy ${policy.id}`);
    }
    checkQuota(state, "l7rule", state.rules);
    refuseLocked(policy);
    const rule: Rule = { ...newResource(projectId), policy, settings };
    state.rules.set(rule.id, rule);
    change(state, policy.listener.balancer, {
      ...{ created: [rule], parents: [policy, policy.listener], done: () => switchOn(rule) },
    });
    return created({ rule: ruleView(rule) });
  },
  "GET l7policies/{}/rules/{}": (_, state, policyId, id) =>
    ok({ rule: ruleView(ruleOf(state, policyId, id)) }),
  "PUT l7policies/{}/rules/{}": ({ body }, state, policyId, id) => {
    const rule = ruleOf(state, policyId, id);
    const { policy } = rule;
    const settings = { ...rule.settings, ...ruleForm.changes(body) };
    check(settings);
    refuseLocked(policy);
    rule.settings = settings;
    change(state, policy.listener.balancer, {
      ...{ updated: [rule], parents: [policy, policy.listener], done: () => switchOn(rule) },
    });
    return ok({ rule: ruleView(rule) });
  },
  "DELETE l7policies/{}/rules/{}": (_, state, policyId, id) => {
    const rule = ruleOf(state, policyId, id);
    const { policy } = rule;
    refuseLocked(policy);
    const done = () => void state.rules.delete(rule.id);
    const parents = [policy, policy.listener];
    change(state, policy.listener.balancer, { deleted: [rule], parents, done });
    return NO_CONTENT;
  },
};

function refuseLocked(policy: Policy): void {
  refuseWhilePending(policy.listener.balancer);
  refuseBroken(policy, "L7Policy");
}

/** @throws Refusal 400 */
function check({ type, key, value, compare_type: compare }: RuleSettings): void {
  const refuse = (error: string) => new Refusal(400, `Error parsing L7Rule: ${error}`);
  if (!value) throw refuse("Invalid L7 Rule: L7 rule type requires a value");
  if (type === "HEADER" || type === "COOKIE") {
    if (!key) throw refuse("Invalid L7 Rule: L7 rule type requires a key");
    if (!NAME.test(key)) throw refuse("Invalid characters in key");
  }
  if (compare === "REGEX") return checkExpression(value, refuse);
  if (type === "FILE_TYPE" && compare !== "EQUAL_TO") {
    throw refuse("Invalid L7 Rule: invalid comparison type for rule type");
  }
  if (!VALUE.test(value) && !QUOTED.test(value)) throw refuse("Invalid characters in value");
}

function checkExpression(value: string, refuse: (error: string) => Refusal): void {
  try {
    new RegExp(value);
  } catch (error) {
    throw refuse(`Unable to parse regular expression: ${String(error)}`);
  }
}

function switchOn(rule: Rule): void {
  rule.operating = rule.settings.admin_state_up ? "ONLINE" : "OFFLINE";
}

function ruleOf(state: State, policyId = "", id = ""): Rule {
  const policy = policyOf(state, policyId);
  return only(
    state.rulesOf(policy).find((it) => it.id === id),
    "L7 Rule",
    id,
  );
}

function ruleView(rule: Rule): object {
  return commonView(rule, rule.settings);
}
