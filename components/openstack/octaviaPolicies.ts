import * as openstack from "@pulumi/openstack";
import type * as pulumi from "@pulumi/pulumi";
import { COLORS } from "../../lib/color.ts";
import { MARKS } from "./balancerParts.ts";
import type { NameAndValue } from "../../settings/types.ts";
import type { CheckedPools } from "./octaviaPools.ts";

export interface OctaviaPoliciesArgs {
  readonly listener: openstack.loadbalancer.Listener;
  readonly pools: CheckedPools;
  readonly canaryHeader: NameAndValue;
  readonly canaryCookie?: NameAndValue;
}

/** A policy and its rules. */
export interface RuledPolicy {
  readonly policy: openstack.loadbalancer.L7PolicyV2;
  readonly rules: readonly openstack.loadbalancer.L7RuleV2[];
}

/** Disabled until the route's step sets their target. */
export function testerPolicies(
  name: string,
  args: OctaviaPoliciesArgs,
  parent: pulumi.Resource,
): RuledPolicy[] {
  const { canaryHeader, canaryCookie } = args;
  const make = (kind: "header" | "cookie", { name: key, value }: NameAndValue) => {
    const settings = { description: MARKS.testers, adminStateUp: false };
    const policy = toPool(`${name}-${kind}`, "blue", settings, args, parent);
    const fits = { type: kind.toUpperCase(), compareType: "EQUAL_TO", key, value };
    return { policy, rules: [rule(`${name}-${kind}-rule`, policy, fits, { parent })] };
  };
  return [make("header", canaryHeader), ...(canaryCookie ? [make("cookie", canaryCookie)] : [])];
}

/** A path that no request asks for, in case only one of the two rules exists. */
const NOBODYS_PATH = { type: "PATH", compareType: "EQUAL_TO", value: "/.blue-green/keep" };

/**
 * Policies that no request matches. They keep both pools in the balancer's HAProxy, which leaves out pools
 * that no listener refers to; the members' health must be known before the pointer moves.
 */
export function keepPools(
  name: string,
  args: OctaviaPoliciesArgs,
  parent: pulumi.Resource,
): RuledPolicy[] {
  return COLORS.map((color) => {
    const prefix = `${name}-keep-${color}`;
    const policy = toPool(prefix, color, {}, args, parent);
    const is = rule(`${prefix}-rule`, policy, NOBODYS_PATH, { parent });
    const isNot = { ...NOBODYS_PATH, invert: true };
    return { policy, rules: [rule(`${prefix}-not`, policy, isNot, { parent, dependsOn: [is] })] };
  });
}

function toPool(
  name: string,
  to: keyof CheckedPools,
  settings: Pick<openstack.loadbalancer.L7PolicyV2Args, "description" | "adminStateUp">,
  { listener, pools }: OctaviaPoliciesArgs,
  parent: pulumi.Resource,
): openstack.loadbalancer.L7PolicyV2 {
  return new openstack.loadbalancer.L7PolicyV2(
    name,
    {
      ...settings,
      listenerId: listener.id,
      action: "REDIRECT_TO_POOL",
      redirectPoolId: pools[to].pool.id,
    },
    {
      parent,
      ignoreChanges: ["redirectPoolId", "adminStateUp"],
      // Octavia refuses to delete a pool that a policy uses, and it may use any of them.
      dependsOn: Object.values(pools).map(({ pool }) => pool),
    },
  );
}

function rule(
  name: string,
  policy: openstack.loadbalancer.L7PolicyV2,
  args: Omit<openstack.loadbalancer.L7RuleV2Args, "l7policyId">,
  opts: pulumi.CustomResourceOptions,
): openstack.loadbalancer.L7RuleV2 {
  return new openstack.loadbalancer.L7RuleV2(name, { ...args, l7policyId: policy.id }, opts);
}
