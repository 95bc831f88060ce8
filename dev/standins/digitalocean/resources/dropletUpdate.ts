import type { Values } from "../../provider/values.ts";
import type { Update, Work } from "../cloudResource.ts";
import { text } from "../text.ts";
import { updateVolumes } from "./dropletVolumes.ts";
import { startAction, waitForAction, waitForDroplet, type DropletWait } from "./dropletWait.ts";
import { saying, values } from "./fields.ts";

/** In the official plugin's order: what fails leaves undone what comes after it. */
export async function updateDroplet(update: Update, work: Work): Promise<void> {
  const { changed } = update;
  if (changed("size")) await resize(update, work);
  if (changed("name")) await rename(update, work);
  if (changed("backups")) await switchBackups(update, work);
  if (changed("backupPolicy")) await changePolicy(update, work);
  if (changed("privateNetworking")) await enable("privateNetworking", update, work);
  if (changed("ipv6")) await enable("ipv6", update, work);
  if (changed("tags")) await updateTags(update, work);
  if (changed("volumeIds")) await updateVolumes(update, work);
}

/** The droplet is off meanwhile. */
async function resize({ id, wanted }: Update, work: Work): Promise<void> {
  const off = startAction(id, { type: "power_off" }, `Error powering off droplet (${id})`, work);
  await off.catch((error: Error) => {
    if (!error.message.includes("Droplet is already powered off")) throw error;
  });
  const isOff = waitUntil(id, "off", ["active"], work);
  await saying(`Error waiting for droplet (${id}) to become powered off`, isOff);
  try {
    const body = {
      type: "resize",
      size: wanted["size"] ?? "",
      disk: wanted["resizeDisk"] === true,
    };
    const action = await startAction(id, body, `Error resizing droplet (${id})`, work);
    const done = waitForAction(action, work);
    await saying(`Error waiting for resize droplet (${id}) to finish`, done);
  } catch (error) {
    await powerOn(id, `Error powering on droplet (${id}) after failed resize`, work);
    throw error;
  }
  await powerOn(id, `Error powering on droplet (${id}) after resize`, work);
}

async function powerOn(id: string, problem: string, work: Work): Promise<void> {
  await startAction(id, { type: "power_on" }, problem, work);
  await waitUntil(id, "active", ["off"], work);
}

async function rename({ id, wanted, state }: Update, work: Work): Promise<void> {
  const name = text(wanted["name"]);
  await startAction(id, { type: "rename", name }, `Error renaming droplet (${id})`, work);
  const pending = ["", text(state["name"])];
  const wait: DropletWait = { property: "name", target: name, pending, during: "update" };
  const renamed = waitForDroplet(id, wait, work);
  await saying(`Error waiting for rename droplet (${id}) to finish`, renamed);
}

async function switchBackups({ id, wanted }: Update, work: Work): Promise<void> {
  const on = wanted["backups"] === true;
  const policy = wanted["backupPolicy"];
  if (!on && policy) throw new Error("backup_policy can only be set when backups are enabled");
  const body = {
    type: on ? "enable_backups" : "disable_backups",
    ...(policy ? { backup_policy: policy } : {}),
  };
  await completed(id, body, `${on ? "enabling" : "disabling"} backups on droplet (${id})`, work);
}

async function changePolicy({ id, wanted }: Update, work: Work): Promise<void> {
  const policy = wanted["backupPolicy"];
  if (!policy) return;
  const body = { type: "change_backup_policy", backup_policy: policy };
  await completed(id, body, `changing backup policy on droplet (${id})`, work);
}

async function completed(id: string, body: Values, doing: string, work: Work): Promise<void> {
  const action = await startAction(id, body, `Error ${doing}`, work);
  await saying(`Error waiting for ${doing}`, waitForAction(action, work));
}

const ENABLING = { ipv6: "enable_ipv6", privateNetworking: "enable_private_networking" } as const;

/** There is no way to turn these off. */
async function enable(
  property: keyof typeof ENABLING,
  { id, wanted }: Update,
  work: Work,
): Promise<void> {
  if (wanted[property] !== true) return;
  const problem = `Error turning on ${property} for droplet (${id})`;
  await startAction(id, { type: ENABLING[property] }, problem, work);
  const pending = ["", "false"];
  const wait: DropletWait = { property, target: "true", pending, during: "update" };
  await saying(problem, waitForDroplet(id, wait, work));
}

/** First off, then on; a new tag is made before it is used. */
async function updateTags({ id, wanted, state }: Update, { api }: Work): Promise<void> {
  const before = values(state["tags"]).map(text);
  const after = values(wanted["tags"]).map(text);
  const resources = [{ resource_id: id, resource_type: "droplet" }];
  const path = (tag: string) => `v2/tags/${encodeURIComponent(tag)}/resources`;
  const problem = "Error updating tags";
  for (const tag of before.filter((name) => !after.includes(name))) {
    await saying(problem, api.send("DELETE", path(tag), { resources }));
  }
  for (const tag of after.filter((name) => !before.includes(name))) {
    await saying(problem, api.send("POST", "v2/tags", { name: tag }));
    await saying(problem, api.send("POST", path(tag), { resources }));
  }
}

async function waitUntil(id: string, target: string, pending: string[], work: Work): Promise<void> {
  await waitForDroplet(id, { property: "status", target, pending, during: "update" }, work);
}
