import { UNKNOWN, type Value, type Values } from "../../provider/values.ts";
import { statusOf } from "../api.ts";
import type { Definition, Work } from "../cloudResource.ts";
import { isEmpty, type Plan } from "../plan.ts";
import { text } from "../text.ts";
import { DROPLET } from "./dropletSchema.ts";
import { dropletState } from "./dropletAnswer.ts";
import { updateDroplet } from "./dropletUpdate.ts";
import { detachVolume } from "./dropletVolumes.ts";
import { startAction, waitForDroplet, waitUntilGone } from "./dropletWait.ts";
import { isAnswer, part, saying, unlessGone, values, withoutEmpty } from "./fields.ts";

const BACKUP_POLICY = "backup_policy can only be set when backups are enabled";

export const droplet: Definition = {
  schema: DROPLET,
  plan: planAddress,
  alsoReplaces: ({ wanted, changes }, state) =>
    changes.has("ipv6") && state["ipv6"] === true && wanted["ipv6"] !== true ? ["ipv6"] : [],

  async create(wanted, { api }, inputs) {
    if (wanted["backupPolicy"] && wanted["backups"] !== true) throw new Error(BACKUP_POLICY);
    const made = api.send("POST", "v2/droplets", creation(wanted, inputs["userData"] ?? ""));
    return text(part(await saying("Error creating droplet", made), "droplet")["id"]);
  },

  async settle(id, _wanted, work) {
    const wait = { property: "status", target: "active", pending: ["new"] } as const;
    const active = waitForDroplet(id, { ...wait, during: "create" }, work);
    return await saying(`Error waiting for droplet (${id}) to become ready`, active);
  },

  async read(id, _state, { api }) {
    const call = api.send("GET", `v2/droplets/${id}`);
    const answer = await unlessGone(saying("Error retrieving droplet", call));
    return answer && dropletState(answer);
  },

  async imported(id, { api }) {
    const call = api.send("GET", `v2/droplets/${id}`);
    const found = part(await saying("Error importing droplet", call), "droplet");
    const image = isAnswer(found["image"]) ? found["image"] : {};
    return { image: text(image["slug"]) || text(image["id"]), resizeDisk: true };
  },

  update: updateDroplet,

  async delete(id, state, work) {
    await waitUntilFree(id, work);
    if (state["gracefulShutdown"] === true) await shutDown(id, work);
    for (const volume of values(state["volumeIds"])) await detachVolume(text(volume), id, work);
    try {
      await work.api.send("DELETE", `v2/droplets/${id}`);
    } catch (error) {
      if (statusOf(error) === 404) return;
      // As the official plugin: whatever else came back, it looks whether the droplet goes.
    }
    await saying("Error deleting droplet", waitUntilGone(id, work));
  },
};

/** Turning IPv6 on brings an address that only the API can tell. */
function planAddress({ wanted, changes }: Plan, state: Values | undefined): Plan {
  const turnedOn = state !== undefined && state["ipv6"] !== true && wanted["ipv6"] === true;
  if (!turnedOn) return { wanted, changes };
  changes.set("ipv6Address", isEmpty(state["ipv6Address"]) ? "add" : "update");
  return { wanted: { ...wanted, ipv6Address: UNKNOWN }, changes };
}

function creation(wanted: Values, userData: Value): Values {
  const policy = wanted["backupPolicy"];
  return {
    name: wanted["name"] ?? "",
    region: wanted["region"] ?? "",
    size: wanted["size"] ?? "",
    image: numberOr(text(wanted["image"])),
    ssh_keys:
      "sshKeys" in wanted ? values(wanted["sshKeys"]).map((key) => numberOr(text(key))) : null,
    backups: wanted["backups"] === true,
    ipv6: wanted["ipv6"] === true,
    private_networking: wanted["privateNetworking"] === true,
    monitoring: wanted["monitoring"] === true,
    tags: values(wanted["tags"]),
    ...withoutEmpty({
      user_data: userData,
      volumes: values(wanted["volumeIds"]).map((id) => ({ id })),
      vpc_uuid: wanted["vpcUuid"] ?? "",
      gpu_partition_mode: wanted["gpuPartitionMode"] ?? "",
    }),
    ...("dropletAgent" in wanted ? { with_droplet_agent: wanted["dropletAgent"] === true } : {}),
    ...(policy ? { backup_policy: policy } : {}),
    ...(wanted["publicNetworking"] === false ? { public_networking: false } : {}),
  };
}

/** Images and keys are named by a number or by a word. */
function numberOr(word: string): Value {
  return /^\d+$/.test(word) ? Number(word) : word;
}

async function waitUntilFree(id: string, work: Work): Promise<void> {
  const unlocked = { property: "locked", target: "false", pending: ["", "true"] } as const;
  const wait = waitForDroplet(id, { ...unlocked, during: "delete" }, work);
  await saying(`Error waiting for droplet to be unlocked for destroy (${id})`, wait);
}

async function shutDown(id: string, work: Work): Promise<void> {
  const problem = `Error shutting down the the droplet (${id})`;
  await startAction(id, { type: "shutdown" }, problem, work);
  const off = { property: "status", target: "off", pending: ["active"] } as const;
  const wait = waitForDroplet(id, { ...off, during: "delete" }, work);
  await saying(`Error waiting for droplet (${id}) to become off`, wait);
}
