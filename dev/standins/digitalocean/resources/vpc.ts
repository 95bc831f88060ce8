import { statusOf } from "../api.ts";
import type { Definition, Work } from "../cloudResource.ts";
import { lengthBetween, NAME, notEmpty, output } from "../schema.ts";
import { waitFor } from "../wait.ts";
import { text } from "../text.ts";
import { part, saying, unlessGone, withoutEmpty } from "./fields.ts";

const DELETE_MS = 2 * 60_000;
const CIDR = /^[0-9a-fA-F.:]+\/\d{1,3}$/;

/** `digitalocean_vpc` (vpc/resource_vpc.go). */
export const vpc: Definition = {
  schema: {
    name: NAME,
    region: { type: "string", input: "required", replaces: true, rule: notEmpty },
    description: { type: "string", input: "optional", rule: lengthBetween(0, 255) },
    ipRange: {
      type: "string",
      input: "optional",
      computed: true,
      replaces: true,
      rule: (value) => (CIDR.test(text(value)) ? undefined : "must be a CIDR range"),
    },
    vpcUrn: output("string"),
    default: output("boolean"),
    createdAt: output("string"),
  },

  async create({ name, region, description, ipRange }, { api }) {
    const body = withoutEmpty({
      name: name ?? "",
      region: region ?? "",
      description: description ?? "",
      ip_range: ipRange ?? "",
    });
    const made = await saying("Error creating VPC", api.send("POST", "v2/vpcs", body));
    return text(part(made, "vpc")["id"]);
  },

  async read(id, _state, { api }) {
    const answer = await unlessGone(saying("Error reading VPC", api.send("GET", `v2/vpcs/${id}`)));
    if (!answer) return undefined;
    const found = part(answer, "vpc");
    return {
      name: text(found["name"]),
      region: text(found["region"]),
      description: text(found["description"]),
      ipRange: text(found["ip_range"]),
      vpcUrn: text(found["urn"]),
      default: found["default"] === true,
      createdAt: goTime(text(found["created_at"])),
    };
  },

  async update({ id, wanted, changed }, { api }) {
    if (!changed("name") && !changed("description")) return;
    const body = {
      ...withoutEmpty({ name: wanted["name"] ?? "", description: wanted["description"] ?? "" }),
      default: wanted["default"] === true,
    };
    await saying("Error updating VPC ", api.send("PUT", `v2/vpcs/${id}`, body));
  },

  delete: deleteWhenEmpty,
};

/** Members leave it some time after they were deleted; until then the API refuses. */
async function deleteWhenEmpty(id: string, _state: unknown, work: Work): Promise<void> {
  let refusal: unknown;
  const look = async () => {
    try {
      await work.api.send("DELETE", `v2/vpcs/${id}`);
      return "deleted";
    } catch (error) {
      refusal = error;
      if (![403, 409].includes(statusOf(error) ?? 0)) throw error;
      return "in use";
    }
  };
  const timeoutMs = work.limit(DELETE_MS);
  const wait = { pending: ["in use"], target: "deleted", look, timeoutMs, minMs: 500 };
  const deleted = waitFor({ ...wait, cancelled: work.cancelled }).catch((error: unknown) => {
    throw refusal ?? error;
  });
  await saying("Error deleting VPC", deleted);
}

/** `2024-06-14 10:30:49 +0000 UTC`, as Go prints a time. */
function goTime(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  return `${time.toISOString().slice(0, 19).replace("T", " ")} +0000 UTC`;
}
