import { setTimeout as sleep } from "node:timers/promises";
import type { OpenStack } from "./api.ts";

/** A balancer is changed within seconds; the longest that it is worth to wait for. */
const ACTIVE_MS = 300_000;
const LOOK_MS = 500;

/**
 * Changes a part of a load balancer, and waits until the change is in force, which is after Octavia has
 * answered.
 *
 * @param path of the part, below the service's version.
 * @throws ApiError, or Error where the change does not come into force.
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
        `Octavia has taken the change of ${path}, and the load balancer is ${status} instead of ` +
          `ACTIVE. Look at it (openstack loadbalancer show ${balancer}), and run pulumi up again.`,
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
 * What Octavia could not bring into force leaves the balancer ACTIVE, as it was before, and the part in
 * ERROR. It takes changes all the same.
 */
async function refuseBroken(api: OpenStack, path: string): Promise<void> {
  type Part = { readonly provisioning_status?: string };
  const answer = await api.get<Record<string, Part | readonly Part[]>>("load-balancer", path);
  const parts = Object.values(answer).flat();
  if (parts.every(({ provisioning_status: status }) => status !== "ERROR")) return;
  throw new Error(
    `Octavia could not bring the change of ${path} into force, and has it in ERROR. Run pulumi up ` +
      `again, which asks for it anew.`,
  );
}
