import type { Definition } from "../cloudResource.ts";
import { notEmpty } from "../schema.ts";
import { text } from "../text.ts";
import { part, saying, unlessGone, values } from "./fields.ts";
import { membersOf, moveInto, moveMembers, moveOut } from "./projectMembers.ts";

/** `digitalocean_project_resources` (project/resource_project_resources.go); its id is the project's. */
export const projectResources: Definition = {
  schema: {
    project: { type: "string", input: "required", replaces: true, rule: notEmpty },
    resources: { type: "set", input: "required", of: { type: "string" } },
  },

  async create(wanted, { api }) {
    const id = text(wanted["project"]);
    const call = api.send("GET", `v2/projects/${id}`);
    await saying(`Error while retrieving project ${id}`, call);
    const members = values(wanted["resources"]);
    if (members.length > 0) {
      await saying(`Error assigning resources to project ${id}`, moveInto(id, members, api));
    }
    return id;
  },

  /** Only members that were asked for: others may be in the project too. */
  async read(id, state, { api }) {
    const call = api.send("GET", `v2/projects/${id}`);
    const answer = await unlessGone(saying("Error while retrieving project", call));
    if (!answer) return undefined;
    const there = await membersOf(text(part(answer, "project")["id"]) || id, api);
    const resources = values(state["resources"]).filter((urn) => there.includes(text(urn)));
    return { project: id, resources };
  },

  async update({ id, wanted, state, changed }, { api }) {
    const call = api.send("GET", `v2/projects/${id}`);
    await saying(`Error while retrieving project ${id}`, call);
    if (!changed("resources")) return;
    await moveMembers(id, values(state["resources"]), values(wanted["resources"]), api);
  },

  async delete(id, state, { api }) {
    const call = api.send("GET", `v2/projects/${id}`);
    const there = await unlessGone(saying("Error while retrieving project", call));
    const members = values(state["resources"]);
    if (there && members.length > 0) await moveOut(members, api);
  },
};
