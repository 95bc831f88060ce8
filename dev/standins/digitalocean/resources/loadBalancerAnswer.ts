import type { Value, Values } from "../../provider/values.ts";
import type { Answer, Api, Json } from "../api.ts";
import { text } from "../text.ts";
import { certificateName } from "./certificates.ts";
import { isAnswer, list } from "./fields.ts";

/** What the API tells of a load balancer. */
export async function loadBalancerState(found: Answer, api: Api): Promise<Values> {
  const rules = list(found["forwarding_rules"]).map((rule) => stateRule(rule, api));
  const units = Number(found["size_unit"] ?? 0);
  return {
    ...plainState(found),
    ...(units > 0 ? { sizeUnit: units } : { size: text(found["size"]) }),
    ...(found["ipv6"] ? { ipv6: text(found["ipv6"]) } : {}),
    ...(isAnswer(found["region"]) ? { region: text(found["region"]["slug"]) } : {}),
    ...objects(found),
    dropletIds: list(found["droplet_ids"]) as Value[],
    forwardingRules: await Promise.all(rules),
  };
}

function plainState(found: Answer): Values {
  return {
    name: text(found["name"]),
    loadBalancerUrn: `do:loadbalancer:${text(found["id"])}`,
    ip: text(found["ip"]),
    status: text(found["status"]),
    algorithm: text(found["algorithm"]),
    redirectHttpToHttps: found["redirect_http_to_https"] === true,
    enableProxyProtocol: found["enable_proxy_protocol"] === true,
    enableBackendKeepalive: found["enable_backend_keepalive"] === true,
    disableLetsEncryptDnsRecords: found["disable_lets_encrypt_dns_records"] === true,
    dropletTag: text(found["tag"]),
    vpcUuid: text(found["vpc_uuid"]),
    subnetUuid: text(found["subnet_uuid"]),
    httpIdleTimeoutSeconds: Number(found["http_idle_timeout_seconds"] ?? 0),
    projectId: text(found["project_id"]),
    type: text(found["type"]),
  };
}

function objects(found: Answer): Values {
  const { health_check: health, sticky_sessions: sticky, firewall } = found;
  return {
    ...(isAnswer(health) ? { healthcheck: stateHealthcheck(health) } : {}),
    ...(isAnswer(sticky) ? { stickySessions: stateSticky(sticky) } : {}),
    ...(isAnswer(firewall)
      ? { firewall: { allows: list(firewall["allow"]), denies: list(firewall["deny"]) } }
      : {}),
  };
}

function stateHealthcheck(health: Answer): Values {
  return {
    protocol: text(health["protocol"]),
    port: Number(health["port"] ?? 0),
    path: text(health["path"]),
    checkIntervalSeconds: Number(health["check_interval_seconds"] ?? 0),
    responseTimeoutSeconds: Number(health["response_timeout_seconds"] ?? 0),
    unhealthyThreshold: Number(health["unhealthy_threshold"] ?? 0),
    healthyThreshold: Number(health["healthy_threshold"] ?? 0),
  };
}

function stateSticky(sticky: Answer): Values {
  return {
    type: text(sticky["type"]),
    cookieName: text(sticky["cookie_name"]),
    cookieTtlSeconds: Number(sticky["cookie_ttl_seconds"] ?? 0),
  };
}

async function stateRule(rule: Json, api: Api): Promise<Values> {
  const found = isAnswer(rule) ? rule : {};
  const certificate = text(found["certificate_id"]);
  const name = certificate === "" ? "" : await certificateName(api, certificate);
  return {
    entryProtocol: text(found["entry_protocol"]),
    entryPort: Number(found["entry_port"] ?? 0),
    targetProtocol: text(found["target_protocol"]),
    targetPort: Number(found["target_port"] ?? 0),
    tlsPassthrough: found["tls_passthrough"] === true,
    ...(name === "" ? {} : { certificateId: name, certificateName: name }),
  };
}
