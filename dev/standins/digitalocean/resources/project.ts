import type { Values } from "../../provider/values.ts";
import { statusOf } from "../api.ts";
import type { Definition, Work } from "../cloudResource.ts";
import { lengthBetween, NAME, oneOfAnyCase, output, sameInAnyCase } from "../schema.ts";
import { waitFor } from "../wait.ts";
import { text } from "../text.ts";
import { part, saying, unlessGone, values } from "./fields.ts";
import { membersOf, moveInto, moveMembers, moveOut } from "./projectMembers.ts";

const DELETE_MS = 3 * 60_000;

/** `digitalocean_project` (project/resource_project.go). */
export const project: Definition = {
  schema: {
    name: { ...NAME, rule: lengthBetween(1, 175) },
    description: { type: "string", input: "optional", rule: lengthBetween(0, 255) },
    purpose: {
      type: "string",
      input: "optional",
      fallback: "Web Application",
      rule: lengthBetween(0, 255),
    },
    environment: {
      type: "string",
      input: "optional",
      rule: oneOfAnyCase("Development", "Staging", "Production"),
      same: sameInAnyCase,
    },
    isDefault: { type: "boolean", input: "optional", fallback: false },
    resources: { type: "set", input: "optional", computed: true, of: { type: "string" } },
    ownerUuid: output("string"),
    ownerId: output("integer"),
    createdAt: output("string"),
    updatedAt: output("string"),
  },

  async create(wanted, work) {
    const { name, purpose, description, environment } = body(wanted);
    const made = work.api.send("POST", "v2/projects", { name, description, purpose, environment });
    const id = text(part(await saying("Error creating Project", made), "project")["id"]);
    const members = values(wanted["resources"]);
    if (members.length > 0) await moveIntoNew(id, members, work);
    if (wanted["isDefault"] === true) {
      const call = work.api.send("PUT", `v2/projects/${id}`, body(wanted));
      await saying("Error setting project as default", call);
    }
    return id;
  },

  async read(id, _state, { api }) {
    const call = api.send("GET", `v2/projects/${id}`);
    const answer = await unlessGone(saying("Error reading Project", call));
    if (!answer) return undefined;
    const found = part(answer, "project");
    return {
      name: text(found["name"]),
      purpose: text(found["purpose"]).replace(/^Other: /, ""),
      description: text(found["description"]),
      environment: text(found["environment"]),
      isDefault: found["is_default"] === true,
      ownerUuid: text(found["owner_uuid"]),
      ownerId: Number(found["owner_id"] ?? 0),
      createdAt: text(found["created_at"]),
      updatedAt: text(found["updated_at"]),
      resources: await membersOf(id, api),
    };
  },

  updatesWhole: true,

  async update({ id, wanted, state, changed }, { api }) {
    const call = api.send("PATCH", `v2/projects/${id}`, body(wanted));
    await saying("Error updating Project", call);
    if (!changed("resources")) return;
    await moveMembers(id, values(state["resources"]), values(wanted["resources"]), api);
  },

  async delete(id, state, work) {
    const members = values(state["resources"]);
    if (members.length > 0) await moveOut(members, work.api);
    await saying(`Error deleting project (${id})`, deleteWhenEmpty(id, work));
  },
};

function body(wanted: Values) {
  return {
    name: text(wanted["name"]),
    description: text(wanted["description"]),
    purpose: text(wanted["purpose"]),
    environment: text(wanted["environment"]),
    is_default: wanted["isDefault"] === true,
  };
}

/** A project that can't have its members is not left behind. */
async function moveIntoNew(id: string, members: Values[string][], { api }: Work): Promise<void> {
  try {
    await moveInto(id, members, api);
  } catch (error) {
    await api.send("DELETE", `v2/projects/${id}`).catch(() => undefined);
    throw new Error(`Error creating Project: ${(error as Error).message}`, { cause: error });
  }
}

/** Members move some time after the call; until then the API refuses. */
async function deleteWhenEmpty(id: string, work: Work): Promise<void> {
  let refusal: unknown;
  const look = async () => {
    try {
      await work.api.send("DELETE", `v2/projects/${id}`);
      return "deleted";
    } catch (error) {
      refusal = error;
      const inUse = (error as Error).message.includes("cannot delete a project with resources");
      if (statusOf(error) === 412 && inUse) return "in use";
      throw error;
    }
  };
  const times = { timeoutMs: work.limit(DELETE_MS), minMs: 500, cancelled: work.cancelled };
  const wait = { pending: ["in use"], target: "deleted", look, ...times };
  await waitFor(wait).catch((error: unknown) => {
    throw refusal ?? error;
  });
}
