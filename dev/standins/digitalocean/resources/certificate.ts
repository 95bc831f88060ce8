import { setTimeout as sleep } from "node:timers/promises";
import type { Failure } from "../../provider/resource.ts";
import type { Value, Values } from "../../provider/values.ts";
import { statusOf } from "../api.ts";
import type { Definition, Work } from "../cloudResource.ts";
import { isEmpty, type Plan } from "../plan.ts";
import { type Attribute, digest, NAME, notEmpty, oneOf, output } from "../schema.ts";
import { text } from "../text.ts";
import { waitFor } from "../wait.ts";
import { certificateNamed } from "./certificates.ts";
import { list, part, saying, unlessGone, values, withoutEmpty } from "./fields.ts";

const VERIFIED_MS = 10 * 60_000;
const FIRST_LOOK_MS = 10_000;
const MIN_MS = 3000;
const DELETE_MS = 15 * 60_000;
const LONGEST_REST_MS = 30_000;

/** Keys and certificates of the user's own are kept as digests. */
const PEM: Attribute = {
  type: "string",
  input: "optional",
  replaces: true,
  rule: notEmpty,
  kept: digest,
};
const OWN = { privateKey: PEM, leafCertificate: PEM, certificateChain: PEM };

/** `digitalocean_certificate` (certificate/resource_certificate.go): nothing of it can be changed. */
export const certificate: Definition = {
  schema: {
    name: { ...NAME, replaces: true },
    ...OWN,
    domains: {
      type: "set",
      input: "optional",
      replaces: true,
      of: { type: "string", rule: notEmpty },
    },
    type: {
      type: "string",
      input: "optional",
      replaces: true,
      fallback: "custom",
      rule: oneOf("custom", "lets_encrypt"),
    },
    uuid: output("string"),
    state: output("string"),
    notAfter: output("string"),
    sha1Fingerprint: output("string"),
  },

  check: checkTogether,
  plan: withoutTheDomainsOfOwn,

  /** The id is the name: each renewal by the vendor gives another `uuid`. */
  async create(wanted, { api }, inputs) {
    checkComplete(inputs);
    const made = api.send("POST", "v2/certificates", request(wanted, inputs));
    return text(part(await saying("Error creating Certificate", made), "certificate")["name"]);
  },

  async settle(id, _wanted, { api, cancelled, limit }) {
    const uuid = text((await certificateNamed(api, id))?.["id"]);
    const look = async () => {
      const call = api.send("GET", `v2/certificates/${uuid}`);
      const answer = await saying("Error retrieving certificate", call);
      return text(part(answer, "certificate")["state"]);
    };
    const times = { timeoutMs: limit(VERIFIED_MS), delayMs: FIRST_LOOK_MS, minMs: MIN_MS };
    await saying(
      `Error waiting for certificate (${id}) to become active`,
      waitFor({ pending: ["pending"], target: "verified", look, ...times, cancelled }),
    );
    return undefined;
  },

  async read(id, _state, { api }) {
    const found = await saying("Error retrieving Certificate", certificateNamed(api, id));
    return (
      found && {
        name: text(found["name"]),
        uuid: text(found["id"]),
        type: text(found["type"]),
        state: text(found["state"]),
        notAfter: text(found["not_after"]),
        sha1Fingerprint: text(found["sha1_fingerprint"]),
        domains: list(found["dns_names"]) as Value[],
      }
    );
  },

  async delete(id, _state, work) {
    const found = await saying("Error retrieving Certificate", certificateNamed(work.api, id));
    if (!found) return;
    await saying("Error deleting Certificate", deleteWhenUnused(text(found["id"]), work));
  },
};

function checkTogether(inputs: Values): Failure[] {
  if (isEmpty(inputs["domains"])) return [];
  return Object.keys(OWN)
    .filter((property) => !isEmpty(inputs[property]))
    .map((property) => ({ property, reason: `domains conflicts with ${property}` }));
}

/** These come from the certificate itself. */
function withoutTheDomainsOfOwn(plan: Plan): Plan {
  if (plan.wanted["type"] !== "custom") return plan;
  const changes = [...plan.changes].filter(([path]) => !/^domains\b/.test(path));
  return { ...plan, changes: new Map(changes) };
}

/** In the official plugin's words, and like there not before it is made. */
function checkComplete(inputs: Values): void {
  const { type, privateKey, leafCertificate, domains } = inputs;
  if (type === "lets_encrypt") {
    if (isEmpty(domains)) throw new Error("`domains` is required for when type is `lets_encrypt`");
    return;
  }
  for (const [name, value] of Object.entries({ privateKey, leafCertificate })) {
    if (!isEmpty(value)) continue;
    const property = name.replace(/[A-Z]/, (letter) => `_${letter.toLowerCase()}`);
    throw new Error(`\`${property}\` is required for when type is \`custom\` or empty`);
  }
}

function request(wanted: Values, inputs: Values): Values {
  return withoutEmpty({
    name: wanted["name"] ?? "",
    type: wanted["type"] ?? "",
    dns_names: values(wanted["domains"]),
    private_key: inputs["privateKey"] ?? "",
    leaf_certificate: inputs["leafCertificate"] ?? "",
    certificate_chain: inputs["certificateChain"] ?? "",
  });
}

/** A load balancer that has just got another certificate holds the old one for some seconds. */
async function deleteWhenUnused(uuid: string, { api, cancelled, limit }: Work): Promise<void> {
  const deadline = Date.now() + limit(DELETE_MS);
  for (let restMs = 2000; ; restMs = Math.min(2 * restMs, LONGEST_REST_MS)) {
    try {
      await unlessGone(api.send("DELETE", `v2/certificates/${uuid}`));
      return;
    } catch (error) {
      if (!isInUse(error) || Date.now() + restMs > deadline) throw error;
    }
    await sleep(restMs, undefined, { signal: cancelled });
  }
}

function isInUse(error: unknown): boolean {
  const words =
    /Make sure the certificate is not in use before deleting it|being used by one or more load balancers/;
  return statusOf(error) === 403 && words.test((error as Error).message);
}
