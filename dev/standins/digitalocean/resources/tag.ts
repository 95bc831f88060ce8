import type { Definition } from "../cloudResource.ts";
import { output, tagRule } from "../schema.ts";
import { text } from "../text.ts";
import { isAnswer, part, saying, unlessGone } from "./fields.ts";

/** The kinds of members that a tag counts, each under its own output. */
const COUNTED = {
  dropletsCount: "droplets",
  imagesCount: "images",
  volumesCount: "volumes",
  volumeSnapshotsCount: "volume_snapshots",
  databasesCount: "databases",
};

/** `digitalocean_tag` (tag/resource_tag.go). */
export const tag: Definition = {
  schema: {
    name: { type: "string", input: "required", replaces: true, autonamed: true, rule: tagRule },
    totalResourceCount: output("integer"),
    ...Object.fromEntries(Object.keys(COUNTED).map((name) => [name, output("integer")])),
  },

  async create({ name }, { api }) {
    const made = api.send("POST", "v2/tags", { name: name ?? "" });
    return text(part(await saying("Error creating tag", made), "tag")["name"]);
  },

  async read(id, _state, { api }) {
    const call = api.send("GET", `v2/tags/${encodeURIComponent(id)}`);
    const answer = await unlessGone(saying("Error retrieving tag", call));
    if (!answer) return undefined;
    const found = part(answer, "tag");
    const resources = isAnswer(found["resources"]) ? found["resources"] : {};
    const counts = Object.entries(COUNTED).map(([name, kind]) => {
      const members = resources[kind];
      return [name, isAnswer(members) ? Number(members["count"] ?? 0) : 0] as const;
    });
    return {
      name: text(found["name"]),
      totalResourceCount: Number(resources["count"] ?? 0),
      ...Object.fromEntries(counts),
    };
  },

  async delete(id, _state, { api }) {
    const call = api.send("DELETE", `v2/tags/${encodeURIComponent(id)}`);
    await saying("Error deleting tag", call);
  },
};
