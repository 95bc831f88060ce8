import { setTimeout as sleep } from "node:timers/promises";
import type { OpenStack } from "./api.ts";

/** A change takes seconds; waiting longer than this is not worth it. */
const ACTIVE_MS = 300_000;
const LOOK_MS = 500;

/**
 * Changes a part of a load balancer and waits until the change has taken effect; Octavia answers earlier.
 *
 * @param path Of the part, below the service's version.
 * @throws ApiError, or Error if the change does not take effect.
 */
export async function changeBalancer(
  api: OpenStack,
  balancer: string,
  path: string,
  body: Readonly<Record<string, unknown>>,
): Promise<void> {
  await api.put("load-balancer", path, body);
  const until = Date.now() + ACTIVE_MS;
  for (;;) {
    const status = await statusOf(api, balancer);
    if (status === "ACTIVE") return await refuseBroken(api, path);
    if (status === "ERROR" || Date.now() > until) {
      throw new Error(
        `Octavia accepted the change of ${path}, but the load balancer is ${status} instead of ACTIVE. ` +
          `Check it (openstack loadbalancer show ${balancer}) and run pulumi up again.`,
      );
    }
    await sleep(LOOK_MS);
  }
}

async function statusOf(api: OpenStack, balancer: string): Promise<string> {
  const answer = await api.get<{ loadbalancer: { provisioning_status: string } }>(
    "load-balancer",
    `/lbaas/loadbalancers/${balancer}`,
  );
  return answer.loadbalancer.provisioning_status;
}

/**
 * If Octavia can't apply a change, the balancer stays ACTIVE and unchanged, and the part is in ERROR. It
 * still accepts changes.
 */
async function refuseBroken(api: OpenStack, path: string): Promise<void> {
  type Part = { readonly provisioning_status?: string };
  const answer = await api.get<Record<string, Part | readonly Part[]>>("load-balancer", path);
  const parts = Object.values(answer).flat();
  if (parts.every(({ provisioning_status: status }) => status !== "ERROR")) return;
  throw new Error(
    `Octavia could not apply the change of ${path}; its status is ERROR. Run pulumi up to try again.`,
  );
}
