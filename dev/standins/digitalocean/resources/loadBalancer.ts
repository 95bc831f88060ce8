import { isObject, type Value, type Values } from "../../provider/values.ts";
import type { Api } from "../api.ts";
import type { Definition } from "../cloudResource.ts";
import { isEmpty } from "../plan.ts";
import { waitFor } from "../wait.ts";
import { text } from "../text.ts";
import { certificateId } from "./certificates.ts";
import { part, saying, unlessGone, values, withoutEmpty } from "./fields.ts";
import { loadBalancerState } from "./loadBalancerAnswer.ts";
import { checkPlan, checkTogether } from "./loadBalancerRules.ts";
import { LOAD_BALANCER } from "./loadBalancerSchema.ts";

const ACTIVE_MS = 10 * 60_000;
const MIN_MS = 15_000;

export const loadBalancer: Definition = {
  schema: LOAD_BALANCER,
  check: checkTogether,
  plan: checkPlan,

  async create(wanted, { api }) {
    const body = { ...(await request(wanted, api)), ...withoutEmpty({ ip: wanted["ip"] ?? "" }) };
    const made = api.send("POST", "v2/load_balancers", body);
    return text(part(await saying("Error creating Load Balancer", made), "load_balancer")["id"]);
  },

  async settle(id, wanted, { api, cancelled }) {
    const look = async () => {
      const answer = await api.send("GET", `v2/load_balancers/${id}`);
      return text(part(answer, "load_balancer")["status"]);
    };
    const times = { timeoutMs: ACTIVE_MS, minMs: MIN_MS, cancelled };
    await saying(
      `Error waiting for Load Balancer (${text(wanted["name"])}) to become active`,
      waitFor({ pending: ["new"], target: "active", look, ...times }),
    );
    return undefined;
  },

  async read(id, _state, { api }) {
    const call = api.send("GET", `v2/load_balancers/${id}`);
    const answer = await unlessGone(saying("Error retrieving Loadbalancer", call));
    return answer && (await loadBalancerState(part(answer, "load_balancer"), api));
  },

  /** One body with everything; it returns before the new members are healthy. */
  async update({ id, wanted }, { api }) {
    const call = api.send("PUT", `v2/load_balancers/${id}`, await request(wanted, api));
    await saying("Error updating Load Balancer", call);
  },

  async delete(id, _state, { api }) {
    const call = api.send("DELETE", `v2/load_balancers/${id}`);
    await unlessGone(saying("Error deleting Load Balancer", call));
  },
};

/** The API's names for properties that are sent as they are. */
const PLAIN = {
  name: "name",
  region: "region",
  algorithm: "algorithm",
  redirect_http_to_https: "redirectHttpToHttps",
  enable_proxy_protocol: "enableProxyProtocol",
  enable_backend_keepalive: "enableBackendKeepalive",
  project_id: "projectId",
  http_idle_timeout_seconds: "httpIdleTimeoutSeconds",
  vpc_uuid: "vpcUuid",
  subnet_uuid: "subnetUuid",
  type: "type",
  network: "network",
  network_stack: "networkStack",
  tls_cipher_policy: "tlsCipherPolicy",
};

async function request(wanted: Values, api: Api): Promise<Values> {
  const rules = values(wanted["forwardingRules"]).map((rule) => requestRule(rule, api));
  const plain = Object.entries(PLAIN).map(([name, property]) => [name, wanted[property] ?? ""]);
  return {
    ...withoutEmpty({
      ...(Object.fromEntries(plain) as Values),
      forwarding_rules: await Promise.all(rules),
      // Units win over a size, members by tag over members by id; an empty list is never sent.
      ...(isEmpty(wanted["sizeUnit"])
        ? { size: wanted["size"] ?? "" }
        : { size_unit: wanted["sizeUnit"] ?? 0 }),
      ...(isEmpty(wanted["dropletTag"])
        ? { droplet_ids: wanted["dropletIds"] ?? [] }
        : { tag: wanted["dropletTag"] ?? "" }),
    }),
    ...requestObjects(wanted),
    disable_lets_encrypt_dns_records: wanted["disableLetsEncryptDnsRecords"] === true,
  };
}

async function requestRule(rule: Value, api: Api): Promise<Values> {
  const given = isObject(rule) ? rule : {};
  const name = text(given["certificateName"]);
  const certificate = await certificateId(api, name, text(given["certificateId"]));
  return withoutEmpty({
    entry_protocol: given["entryProtocol"] ?? "",
    entry_port: given["entryPort"] ?? 0,
    target_protocol: given["targetProtocol"] ?? "",
    target_port: given["targetPort"] ?? 0,
    certificate_id: certificate,
    tls_passthrough: given["tlsPassthrough"] ?? false,
  });
}

function requestObjects({ healthcheck, stickySessions, firewall }: Values): Values {
  return {
    ...(isObject(healthcheck) ? { health_check: requestHealthcheck(healthcheck) } : {}),
    ...(isObject(stickySessions) ? { sticky_sessions: requestSticky(stickySessions) } : {}),
    ...(isObject(firewall)
      ? {
          firewall: withoutEmpty({
            allow: firewall["allows"] ?? [],
            deny: firewall["denies"] ?? [],
          }),
        }
      : {}),
  };
}

function requestHealthcheck(given: Values): Values {
  return withoutEmpty({
    protocol: given["protocol"] ?? "",
    port: given["port"] ?? 0,
    path: given["path"] ?? "",
    check_interval_seconds: given["checkIntervalSeconds"] ?? 0,
    response_timeout_seconds: given["responseTimeoutSeconds"] ?? 0,
    unhealthy_threshold: given["unhealthyThreshold"] ?? 0,
    healthy_threshold: given["healthyThreshold"] ?? 0,
  });
}

function requestSticky(given: Values): Values {
  return withoutEmpty({
    type: given["type"] ?? "",
    cookie_name: given["cookieName"] ?? "",
    cookie_ttl_seconds: given["cookieTtlSeconds"] ?? 0,
  });
}
