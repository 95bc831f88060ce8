import { isObject, UNKNOWN, type Value, type Values } from "../../provider/values.ts";
import type { Answer } from "../api.ts";
import type { Definition } from "../cloudResource.ts";
import type { Plan } from "../plan.ts";
import { NAME, notEmpty, oneOf, output, TAGS, type Attribute, type Schema } from "../schema.ts";
import { text } from "../text.ts";
import { isAnswer, list, part, saying, unlessGone, values, withoutEmpty } from "./fields.ts";

type Side = "source" | "destination";

/** The members of a rule's side: our property after its prefix, and the API's name. */
const MEMBERS = {
  Addresses: "addresses",
  DropletIds: "droplet_ids",
  LoadBalancerUids: "load_balancer_uids",
  KubernetesIds: "kubernetes_ids",
  Tags: "tags",
} as const;

const WORDS: Attribute = {
  type: "set",
  input: "optional",
  of: { type: "string", rule: notEmpty },
};
const NUMBERS: Attribute = { type: "set", input: "optional", of: { type: "integer" } };

function ruleSchema(side: Side): Schema {
  return {
    protocol: { type: "string", input: "required", rule: oneOf("tcp", "udp", "icmp") },
    portRange: { type: "string", input: "optional", rule: notEmpty },
    [`${side}Addresses`]: WORDS,
    [`${side}DropletIds`]: NUMBERS,
    [`${side}LoadBalancerUids`]: WORDS,
    [`${side}KubernetesIds`]: WORDS,
    [`${side}Tags`]: TAGS,
  };
}

function rules(side: Side): Attribute {
  return { type: "set", input: "optional", of: { type: "object", fields: ruleSchema(side) } };
}

/** `digitalocean_firewall` (firewall/firewalls.go). */
export const firewall: Definition = {
  schema: {
    name: NAME,
    dropletIds: NUMBERS,
    inboundRules: rules("source"),
    outboundRules: rules("destination"),
    tags: TAGS,
    status: output("string"),
    createdAt: output("string"),
    pendingChanges: output("list"),
  },

  plan: checkRules,

  async create(wanted, { api }) {
    const made = api.send("POST", "v2/firewalls", request(wanted));
    return text(part(await saying("Error creating firewall", made), "firewall")["id"]);
  },

  async read(id, _state, { api }) {
    const call = api.send("GET", `v2/firewalls/${id}`);
    const answer = await unlessGone(saying("Error retrieving firewall", call));
    return answer && stateOf(part(answer, "firewall"));
  },

  async update({ id, wanted }, { api }) {
    const call = api.send("PUT", `v2/firewalls/${id}`, request(wanted));
    await saying("Error updating firewall", call);
  },

  async delete(id, _state, { api }) {
    const call = api.send("DELETE", `v2/firewalls/${id}`);
    await unlessGone(saying("Error deleting firewall", call));
  },
};

function checkRules(plan: Plan): Plan {
  const { inboundRules, outboundRules } = plan.wanted;
  const given = { inbound: values(inboundRules), outbound: values(outboundRules) };
  const isUnknown = inboundRules === UNKNOWN || outboundRules === UNKNOWN;
  if (!isUnknown && given.inbound.length + given.outbound.length === 0) {
    throw new Error("At least one rule must be specified");
  }
  for (const [direction, list] of Object.entries(given)) {
    if (list.some(lacksPorts)) {
      throw new Error(
        `\`port_range\` of ${direction} rules is required if protocol is \`tcp\` or \`udp\``,
      );
    }
  }
  return plan;
}

function lacksPorts(rule: Value): boolean {
  return isObject(rule) && rule["protocol"] !== "icmp" && !rule["portRange"];
}

/** Every change sends the whole; what is empty is `null`, as Go writes an empty slice. */
function request(wanted: Values): Values {
  const given = (items: Value[]) => (items.length > 0 ? items : null);
  return {
    name: wanted["name"] ?? "",
    inbound_rules: given(
      values(wanted["inboundRules"]).map((rule) => requestRule(rule, "source", "sources")),
    ),
    outbound_rules: given(
      values(wanted["outboundRules"]).map((rule) =>
        requestRule(rule, "destination", "destinations"),
      ),
    ),
    droplet_ids: given(values(wanted["dropletIds"])),
    tags: values(wanted["tags"]),
  };
}

function requestRule(rule: Value, side: Side, place: "sources" | "destinations"): Values {
  const given = isObject(rule) ? rule : {};
  const members = Object.entries(MEMBERS).map(([property, name]) => {
    return [name, given[`${side}${property}`] ?? []] as const;
  });
  return {
    ...withoutEmpty({ protocol: given["protocol"] ?? "", ports: given["portRange"] ?? "" }),
    [place]: withoutEmpty(Object.fromEntries(members)),
  };
}

function stateOf(found: Answer): Values {
  return {
    name: text(found["name"]),
    status: text(found["status"]),
    createdAt: text(found["created_at"]),
    pendingChanges: list(found["pending_changes"]).map((change) => ({
      dropletId: Number(isAnswer(change) ? change["droplet_id"] : 0),
      removing: isAnswer(change) && change["removing"] === true,
      status: isAnswer(change) ? text(change["status"]) : "",
    })),
    dropletIds: list(found["droplet_ids"]),
    inboundRules: list(found["inbound_rules"]).map((rule) => stateRule(rule, "source", "sources")),
    outboundRules: list(found["outbound_rules"]).map((rule) =>
      stateRule(rule, "destination", "destinations"),
    ),
    tags: list(found["tags"]),
  };
}

function stateRule(rule: Value, side: Side, place: "sources" | "destinations"): Values {
  const found = isAnswer(rule) ? rule : {};
  const members = isAnswer(found[place]) ? found[place] : {};
  const state: Values = { protocol: text(found["protocol"]) };
  // The API answers 0 for all ports, and for ICMP, which has none.
  const ports = text(found["ports"]);
  if (ports !== "0" && ports !== "") state["portRange"] = ports;
  else if (ports === "0" && state["protocol"] !== "icmp") state["portRange"] = "all";
  for (const [property, name] of Object.entries(MEMBERS)) {
    if (Array.isArray(members[name])) state[`${side}${property}`] = members[name];
  }
  return state;
}
