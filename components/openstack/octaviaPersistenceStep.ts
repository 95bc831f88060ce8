import type { ApiPool } from "./octaviaTypes.ts";
import { accountFromEnvironment } from "./accountEnvironment.ts";
import { OpenStack } from "./api.ts";
import { changeBalancer } from "./changeBalancer.ts";

export interface SetPersistenceInput {
  readonly balancer: string;
  /** `type` is Octavia's word, such as `SOURCE_IP`; empty for none. */
  readonly pools: readonly { readonly id: string; readonly type: string }[];
}

/** The step `octavia-persistence` of `OctaviaBalancer`: lets pools keep a client on one member, or not. */
export async function setPersistence({ balancer, pools }: SetPersistenceInput): Promise<string> {
  const api = await OpenStack.open(accountFromEnvironment());
  for (const { id, type } of pools) {
    const path = `/lbaas/pools/${id}`;
    const { pool } = await api.get<{ pool: ApiPool }>("load-balancer", path);
    const { session_persistence: there, provisioning_status: status } = pool;
    if ((there?.type ?? "") === type && status !== "ERROR") continue;
    const session_persistence = type === "" ? null : { type };
    await changeBalancer(api, balancer, path, { pool: { session_persistence } });
  }
  return String(pools.length);
}
