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

/** A policy, and what a request has to be for it. */
export interface RuledPolicy {
  readonly policy: openstack.loadbalancer.L7PolicyV2;
  readonly rules: readonly openstack.loadbalancer.L7RuleV2[];
}

/** They lead somewhere only when the route's script has said where. */
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

/** What no request asks for, while one of the two rules is there. */
const NOBODYS_PATH = { type: "PATH", compareType: "EQUAL_TO", value: "/.blue-green/keep" };

/**
 * No request ever fits both rules. A pool that no listener refers to is not in the balancer's HAProxy, so
 * that its members' health would not be known when the pointer is to be moved there.
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
      // Octavia refuses to delete a pool to which one leads, and that may be any of them.
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
