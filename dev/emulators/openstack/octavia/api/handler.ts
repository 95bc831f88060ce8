import type { Answer, Request } from "../../http/service.ts";
import type { Resource } from "../cloud/records.ts";
import type { State } from "../cloud/state.ts";
import { Refusal } from "../refusal.ts";
import type { QuotaName } from "../options.ts";

/** @param ids what stands for the braces of the route's path, in their order */
export type Handler = (
  request: Request,
  state: State,
  ...ids: readonly string[]
) => Answer | Promise<Answer>;

/** By method and path below `/v2.0/lbaas/`, such as `GET pools/{}`. */
export type Routes = Readonly<Record<string, Handler>>;

export const NO_CONTENT: Answer = { status: 204 };

export function ok(body: object): Answer {
  return { status: 200, body };
}

export function created(body: object): Answer {
  return { status: 201, body };
}

/** What an answer says of every resource. */
export function commonView(resource: Resource, settings: object): object {
  const { id, projectId, createdAt, updatedAt, provisioning, operating } = resource;
  return {
    ...{ ...settings, id, project_id: projectId, tenant_id: projectId },
    ...{ created_at: createdAt, updated_at: updatedAt },
    ...{ provisioning_status: provisioning, operating_status: operating },
  };
}

export function idsOf(resources: readonly Resource[]): { id: string }[] {
  return resources.map(({ id }) => ({ id }));
}

/** @throws Refusal 403 where the project has as many as it may */
export function checkQuota(
  state: State,
  name: QuotaName,
  resources: ReadonlyMap<string, Resource>,
  more = 1,
): void {
  const most = state.options.quotas[name];
  if (most < 0 || resources.size + more <= most) return;
  throw new Refusal(403, `Quota has been met for resources: ${QUOTA_WORDS[name]}`);
}

const QUOTA_WORDS: Readonly<Record<QuotaName, string>> = {
  ...{ loadbalancer: "Load Balancer", listener: "Listener", pool: "Pool", member: "Member" },
  ...{ healthmonitor: "Health Monitor", l7policy: "L7 Policy", l7rule: "L7 Rule" },
};
