import { saying, part, values } from "./fields.ts";
import type { Update, Work } from "../cloudResource.ts";
import { text } from "../text.ts";
import { waitForAction } from "./dropletWait.ts";

/** Attaches what is new and detaches what is gone, one after the other. */
export async function updateVolumes(update: Update, work: Work): Promise<void> {
  const { id, wanted, state } = update;
  const before = values(state["volumeIds"]).map(text);
  const after = values(wanted["volumeIds"]).map(text);
  for (const volume of after.filter((name) => !before.includes(name))) {
    await volumeAction("attach", volume, id, work);
  }
  for (const volume of before.filter((name) => !after.includes(name))) {
    await detachVolume(volume, id, work);
  }
}

export async function detachVolume(volume: string, id: string, work: Work): Promise<void> {
  await volumeAction("detach", volume, id, work);
}

async function volumeAction(
  type: "attach" | "detach",
  volume: string,
  id: string,
  work: Work,
): Promise<void> {
  const toward = type === "attach" ? "to" : "from";
  const body = { type, droplet_id: Number(id) };
  const call = work.api.send("POST", `v2/volumes/${volume}/actions`, body);
  const problem = `Error ${type}ing volume "${volume}" ${toward} droplet (${id})`;
  const action = part(await saying(problem, call), "action");
  const done = waitForAction(text(action["id"]), work);
  await saying(`Error waiting for volume "${volume}" to ${type} ${toward} droplet (${id})`, done);
}
