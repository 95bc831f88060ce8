import type { Values } from "../../provider/values.ts";
import { statusOf } from "../api.ts";
import type { Work } from "../cloudResource.ts";
import { waitFor } from "../wait.ts";
import { text } from "../text.ts";
import { dropletState } from "./dropletAnswer.ts";
import { part, saying } from "./fields.ts";

/** The official plugin's limits for creating and updating, and for deleting. */
export const CHANGE_MS = 60 * 60_000;
export const DELETE_MS = 60_000;

const DELAY_MS = 10_000;
const MIN_MS = 3000;

export interface DropletWait {
  readonly property: "status" | "name" | "locked" | "ipv6" | "privateNetworking";
  readonly target: string;
  readonly pending: readonly string[];
  readonly during: "create" | "update" | "delete";
}

const NOT_FOUND = "Not Found";

/**
 * Waits until a property of an unlocked droplet has a value. A droplet that is not found may still
 * come (create), is an error (update), or a state of its own (delete): so the official plugin can't
 * delete a droplet that is gone already, before a refresh has told it so. Gives the droplet.
 */
export async function waitForDroplet(id: string, wait: DropletWait, work: Work): Promise<Values> {
  const { property, target, pending, during } = wait;
  let last: Values = {};
  const look = async () => {
    const droplet = await lookAt(id, during, work);
    if (droplet !== NOT_FOUND && droplet) last = droplet;
    if (droplet === NOT_FOUND) return NOT_FOUND;
    // Nothing can be done to a locked droplet, so what it tells is not looked at.
    if (droplet === undefined || droplet["locked"] === true) return undefined;
    return text(droplet[property]);
  };
  await waitFor({
    pending,
    target,
    look,
    timeoutMs: work.limit(during === "delete" ? DELETE_MS : CHANGE_MS),
    delayMs: DELAY_MS,
    minMs: MIN_MS,
    notFoundLimit: 120,
    cancelled: work.cancelled,
  });
  return last;
}

type Looked = Values | typeof NOT_FOUND | undefined;

async function lookAt(id: string, during: DropletWait["during"], work: Work): Promise<Looked> {
  try {
    return dropletState(await work.api.send("GET", `v2/droplets/${id}`));
  } catch (error) {
    if (statusOf(error) === 404 && during === "create") return undefined;
    if (statusOf(error) === 404 && during === "delete") return NOT_FOUND;
    if (statusOf(error) === 404) {
      throw new Error(`droplet (${id}) not found during update`, { cause: error });
    }
    throw new Error(`Error retrieving droplet: ${(error as Error).message}`, { cause: error });
  }
}

/** Waits until a deleted droplet is no longer found. */
export async function waitUntilGone(id: string, work: Work): Promise<void> {
  const look = async () => {
    const droplet = await lookAt(id, "delete", work);
    if (droplet === undefined || droplet === NOT_FOUND) return droplet;
    return droplet["locked"] === true ? undefined : text(droplet["status"]);
  };
  const limits = { timeoutMs: DELETE_MS, delayMs: DELAY_MS, minMs: MIN_MS };
  const wait = { pending: ["active", "off"], target: NOT_FOUND, look, ...limits };
  await waitFor({ ...wait, cancelled: work.cancelled });
}

/** Waits until an action of the API has been completed. */
export async function waitForAction(id: string, work: Work): Promise<void> {
  const look = async () => {
    const action = part(await work.api.send("GET", `v2/actions/${id}`), "action");
    if (action["status"] === "errored") return "errored";
    return action["completed_at"] ? "completed" : "in-progress";
  };
  await waitFor({
    pending: ["in-progress"],
    target: "completed",
    look,
    timeoutMs: CHANGE_MS,
    delayMs: DELAY_MS,
    minMs: MIN_MS,
    notFoundLimit: 60,
    cancelled: work.cancelled,
  });
}

/** Starts an action of a droplet; gives its id. */
export async function startAction(
  id: string,
  action: Values,
  problem: string,
  { api }: Work,
): Promise<string> {
  const call = api.send("POST", `v2/droplets/${id}/actions`, action);
  return text(part(await saying(problem, call), "action")["id"]);
}
