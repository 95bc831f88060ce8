import { type Cloud, timestamp } from "./cloud.ts";
import type { Region } from "./catalog.ts";
import type { Action } from "./records.ts";

interface Subject {
  readonly resourceType: "droplet" | "reserved_ip";
  readonly resourceId: number;
  readonly region: Region;
}

/** Records that something is in progress. */
export function begin(cloud: Cloud, type: string, subject: Subject): Action {
  const begun = { status: "in-progress", completedAt: null } as const;
  const action: Action = { id: cloud.newId(), type, ...subject, startedAt: timestamp(), ...begun };
  cloud.actions.set(action.id, action);
  return action;
}

export function finish(action: Action, status: "completed" | "errored" = "completed"): void {
  action.status = status;
  action.completedAt = timestamp();
}

/** Does something after an action's usual delay, and completes the action. */
export function complete(cloud: Cloud, action: Action, effect: () => void | Promise<void>): void {
  const { schedule, delays } = cloud.options;
  schedule.after(schedule.draw(delays.action), `action ${action.type}`, async () => {
    try {
      await effect();
      finish(action);
    } catch (error) {
      finish(action, "errored");
      throw error;
    }
  });
}

/** As the API answers it. */
export function actionView(action: Action): object {
  return {
    id: action.id,
    status: action.status,
    type: action.type,
    started_at: action.startedAt,
    completed_at: action.completedAt,
    resource_id: action.resourceId,
    resource_type: action.resourceType,
    region: action.region,
    region_slug: action.region.slug,
  };
}

/** The newest first, as the vendor lists them. */
export function actionsOf(cloud: Cloud, resourceType: string, resourceId: number): Action[] {
  return [...cloud.actions.values()]
    .filter((it) => it.resourceType === resourceType && it.resourceId === resourceId)
    .reverse();
}
