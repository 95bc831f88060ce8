import type { Value } from "../../provider/values.ts";
import { statusOf, type Answer } from "../api.ts";
import type { Definition, Work } from "../cloudResource.ts";
import { isEmpty } from "../plan.ts";
import { lower, output } from "../schema.ts";
import { waitFor } from "../wait.ts";
import { text } from "../text.ts";
import { isAnswer, list, part, saying, unlessGone } from "./fields.ts";

const ACTION_MS = 60 * 60_000;
const DROPLET_MS = 2 * 60_000;

/** `digitalocean_reserved_ip` (reservedip/resource_reserved_ip.go); its id is the address. */
export const reservedIp: Definition = {
  schema: {
    region: { type: "string", input: "required", replaces: true, kept: lower },
    ipAddress: { type: "string", input: "optional", computed: true },
    dropletId: { type: "integer", input: "optional" },
    reservedIpUrn: output("string"),
  },

  async create({ region }, { api }) {
    const made = api.send("POST", "v2/reserved_ips", { region: region ?? "" });
    return text(part(await saying("Error creating reserved IP", made), "reserved_ip")["ip"]);
  },

  async settle(id, { dropletId }, work) {
    if (!isEmpty(dropletId)) await assign(id, dropletId ?? 0, work);
    return undefined;
  },

  async read(id, state, { api }) {
    const call = api.send("GET", `v2/reserved_ips/${id}`);
    const answer = await unlessGone(saying("Error retrieving reserved IP", call));
    if (!answer) return undefined;
    const found = part(answer, "reserved_ip");
    const droplet = found["droplet"];
    const assigned = !isEmpty(state["dropletId"]) && isAnswer(droplet) ? droplet : undefined;
    return {
      ...(assigned ? { dropletId: Number(assigned["id"]) } : {}),
      region: slug((assigned ?? found)["region"]) || slug(found["region"]),
      ipAddress: text(found["ip"]),
      reservedIpUrn: `do:reservedip:${text(found["ip"])}`,
    };
  },

  async imported(id, { api }) {
    const answer = await unlessGone(api.send("GET", `v2/reserved_ips/${id}`));
    const droplet = answer && part(answer, "reserved_ip")["droplet"];
    return isAnswer(droplet) ? { dropletId: Number(droplet["id"]) } : {};
  },

  async update({ id, wanted, changed }, work) {
    if (!changed("dropletId")) return;
    if (isEmpty(wanted["dropletId"])) await unassign(id, work);
    else await assign(id, wanted["dropletId"] ?? 0, work);
  },

  async delete(id, state, work) {
    if (!isEmpty(state["dropletId"])) {
      await unassign(id, work).catch((error: unknown) => {
        // It is not assigned any more.
        if (statusOf(error) !== 422) throw error;
      });
    }
    const call = work.api.send("DELETE", `v2/reserved_ips/${id}`);
    await saying("Error deleting reserved IP", call);
  },
};

function slug(region: Value | undefined): string {
  return isAnswer(region) ? text(region["slug"]) : "";
}

async function assign(id: string, droplet: Value, work: Work): Promise<void> {
  const ready = waitForEvents(droplet, work);
  const waiting = `Error waiting for droplet (${text(droplet)}) to be ready for reserved IP assign`;
  await saying(waiting, ready);
  const body = { type: "assign", droplet_id: droplet };
  const call = work.api.send("POST", `v2/reserved_ips/${id}/actions`, body);
  const started = await saying(`Error Assigning reserved IP (${id}) to the Droplet`, call);
  const done = waitForAction(id, started, (now) => now === Number(droplet), work);
  await saying(`Error waiting for reserved IP (${id}) to be assigned`, done);
}

async function unassign(id: string, work: Work): Promise<void> {
  const call = work.api.send("POST", `v2/reserved_ips/${id}/actions`, { type: "unassign" });
  const started = await saying(`Error unassigning reserved IP (${id})`, call);
  const done = waitForAction(id, started, (now) => now === undefined, work);
  await saying(`Error waiting for reserved IP (${id}) to be unassigned`, done);
}

/** An address can't be assigned while something else is done to the droplet. */
async function waitForEvents(droplet: Value, { api, cancelled }: Work): Promise<void> {
  const look = async () => {
    const path = `v2/droplets/${text(droplet)}/actions?per_page=50`;
    const call = api.send("GET", path);
    const { actions } = await saying(`Error retrieving droplet (${text(droplet)}) actions`, call);
    const isPending = (action: Value) =>
      isAnswer(action) && action["status"] !== "completed" && action["status"] !== "errored";
    return list(actions).some(isPending) ? "waiting" : "ready";
  };
  const times = { timeoutMs: DROPLET_MS, delayMs: 3000, minMs: 2000, cancelled };
  await waitFor({ pending: ["waiting"], target: "ready", look, ...times });
}

/** An action that is never found counts as done when the address leads where it should. */
async function waitForAction(
  id: string,
  started: Answer,
  isDone: (droplet: number | undefined) => boolean,
  { api, cancelled }: Work,
): Promise<void> {
  const path = `v2/reserved_ips/${id}/actions/${text(part(started, "action")["id"])}`;
  const look = async () => {
    const answer = await unlessGone(
      saying(`Error retrieving reserved IP (${id}) action`, api.send("GET", path)),
    );
    if (answer) return text(part(answer, "action")["status"]);
    const address = part(await api.send("GET", `v2/reserved_ips/${id}`), "reserved_ip");
    const droplet = address["droplet"];
    return isDone(isAnswer(droplet) ? Number(droplet["id"]) : undefined) ? "completed" : undefined;
  };
  const times = { timeoutMs: ACTION_MS, delayMs: 10_000, minMs: 3000, notFoundLimit: 60 };
  const pending = ["new", "in-progress"];
  await waitFor({ pending, target: "completed", look, ...times, cancelled });
}
