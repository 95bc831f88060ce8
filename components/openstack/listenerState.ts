import { COLORS, type Color, isColor } from "../../lib/color.ts";
import type { ListenerState, PoolName } from "../../lib/openstack/listenerRoute.ts";
import { readRecord } from "../../lib/openstack/record.ts";
import type { OpenStack } from "./api.ts";
import type { ListenerParts } from "./listenerParts.ts";

interface ApiListener {
  readonly default_pool_id: string | null;
  readonly tags: readonly string[];
}

interface ApiPolicy {
  readonly id: string;
  readonly action: string;
  readonly admin_state_up: boolean;
  readonly redirect_pool_id: string | null;
}

interface ApiMember {
  /** Its host's, such as `blue-1`. */
  readonly name: string;
  readonly weight: number;
}

type Api = Pick<OpenStack, "get" | "list">;

/** Asks Octavia what a listener, its rules and the shared pool do now. */
export async function listenerState(api: Api, parts: ListenerParts): Promise<ListenerState> {
  const { listener: id, pools } = parts;
  const [{ listener }, members, testers] = await Promise.all([
    api.get<{ listener: ApiListener }>("load-balancer", `/lbaas/listeners/${id}`),
    api.list<ApiMember>("load-balancer", `/lbaas/pools/${pools.shared}/members`, "members"),
    testersOf(api, parts),
  ]);
  const pointer = poolNamed(listener.default_pool_id, parts);
  const record = readRecord(listener.tags);
  return {
    ...(pointer && { pointer }),
    weights: perColor((color) => membersOf(color, members)[0]?.weight ?? 0),
    members: perColor((color) => membersOf(color, members).length),
    ...(testers && { testers }),
    ...(record && { record }),
  };
}

/** Where the rules lead that are in force; one without any rule that is leads nobody. */
async function testersOf(api: Api, parts: ListenerParts): Promise<Color | undefined> {
  const query = `/lbaas/l7policies?listener_id=${parts.listener}`;
  const policies = await api.list<ApiPolicy>("load-balancer", query, "l7policies");
  const colors = await Promise.all(
    policies
      .filter((policy) => policy.admin_state_up && policy.action === "REDIRECT_TO_POOL")
      .map(async ({ id, redirect_pool_id: pool }) =>
        (await hasRule(api, id)) ? poolNamed(pool, parts) : undefined,
      ),
  );
  return colors.find((name): name is Color => name !== undefined && isColor(name));
}

async function hasRule(api: Api, policyId: string): Promise<boolean> {
  const path = `/lbaas/l7policies/${policyId}/rules`;
  const rules = await api.list<{ admin_state_up: boolean }>("load-balancer", path, "rules");
  return rules.some((rule) => rule.admin_state_up);
}

function poolNamed(id: string | null, { pools }: ListenerParts): PoolName | undefined {
  return (Object.keys(pools) as PoolName[]).find((name) => pools[name] === id);
}

function membersOf(color: Color, members: readonly ApiMember[]): ApiMember[] {
  return members.filter(({ name }) => name.startsWith(`${color}-`));
}

function perColor<T>(of: (color: Color) => T): Record<Color, T> {
  return Object.fromEntries(COLORS.map((color) => [color, of(color)])) as Record<Color, T>;
}
