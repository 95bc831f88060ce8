import {
  between,
  lengthBetween,
  lower,
  NAME,
  notEmpty,
  oneOf,
  oneOfAnyCase,
  output,
  sameInAnyCase,
  tagRule,
  type Attribute,
  type Schema,
} from "../schema.ts";
import { text } from "../text.ts";

const PORT: Attribute = { type: "integer", input: "required", rule: between(1, 65535) };
const FLAG: Attribute = { type: "boolean", input: "optional", fallback: false };
const ADDRESSES: Attribute = { type: "list", input: "optional", of: { type: "string" } };
const CERTIFICATE: Attribute = {
  type: "string",
  input: "optional",
  computed: true,
  rule: notEmpty,
};

const ENTRY_PROTOCOLS = ["http", "https", "http2", "http3", "tcp", "udp"];
const TARGET_PROTOCOLS = ["http", "https", "http2", "tcp", "udp"];
const TYPES = ["REGIONAL", "GLOBAL", "REGIONAL_NETWORK"];

/** What each of the older sizes is in units. */
const UNITS: Readonly<Record<string, number>> = { "lb-small": 1, "lb-medium": 3, "lb-large": 6 };

const fixed = (rule: Attribute["rule"]): Attribute => ({
  type: "string",
  input: "optional",
  replaces: true,
  ...(rule ? { rule } : {}),
});
const decided = (type: Attribute["type"]): Attribute => ({
  type,
  input: "optional",
  computed: true,
});
const count = (fallback: number, least: number, most: number): Attribute => ({
  type: "integer",
  input: "optional",
  fallback,
  rule: between(least, most),
});

const FORWARDING_RULE: Schema = {
  entryProtocol: { type: "string", input: "required", rule: oneOf(...ENTRY_PROTOCOLS) },
  entryPort: PORT,
  targetProtocol: { type: "string", input: "required", rule: oneOf(...TARGET_PROTOCOLS) },
  targetPort: PORT,
  certificateId: CERTIFICATE,
  certificateName: CERTIFICATE,
  tlsPassthrough: FLAG,
};

const HEALTHCHECK: Schema = {
  protocol: { type: "string", input: "required", rule: oneOf("http", "https", "tcp") },
  port: PORT,
  path: { type: "string", input: "optional", rule: notEmpty },
  checkIntervalSeconds: count(10, 3, 300),
  responseTimeoutSeconds: count(5, 3, 300),
  unhealthyThreshold: count(3, 2, 10),
  healthyThreshold: count(5, 2, 10),
};

const STICKY_SESSIONS: Schema = {
  type: { type: "string", input: "optional", fallback: "none", rule: oneOf("cookies", "none") },
  cookieName: { type: "string", input: "optional", rule: lengthBetween(2, 40) },
  cookieTtlSeconds: { type: "integer", input: "optional", rule: between(1, 2 ** 31) },
};

/** `digitalocean_loadbalancer` (loadbalancer/resource_loadbalancer.go), regional kinds. */
export const LOAD_BALANCER: Schema = {
  name: NAME,
  region: { ...fixed(undefined), kept: lower },
  size: {
    type: "string",
    input: "optional",
    rule: oneOf(...Object.keys(UNITS)),
    same: (_old, now, state) => UNITS[text(now)] === state["sizeUnit"],
  },
  sizeUnit: { ...decided("integer"), rule: between(1, 200) },
  algorithm: {
    type: "string",
    input: "optional",
    fallback: "round_robin",
    rule: oneOf("round_robin", "least_connections"),
  },
  forwardingRules: {
    type: "set",
    input: "optional",
    of: { type: "object", fields: FORWARDING_RULE },
  },
  healthcheck: { ...decided("object"), fields: HEALTHCHECK },
  stickySessions: { ...decided("object"), fields: STICKY_SESSIONS },
  dropletIds: { ...decided("set"), of: { type: "integer" } },
  dropletTag: { type: "string", input: "optional", rule: tagRule, same: sameInAnyCase },
  redirectHttpToHttps: FLAG,
  enableProxyProtocol: FLAG,
  enableBackendKeepalive: FLAG,
  disableLetsEncryptDnsRecords: FLAG,
  vpcUuid: { ...decided("string"), replaces: true, rule: notEmpty },
  subnetUuid: { ...decided("string"), replaces: true, rule: notEmpty },
  ip: { ...decided("string"), replaces: true },
  httpIdleTimeoutSeconds: decided("integer"),
  projectId: decided("string"),
  firewall: { ...decided("object"), fields: { allows: ADDRESSES, denies: ADDRESSES } },
  type: { ...decided("string"), replaces: true, rule: oneOfAnyCase(...TYPES) },
  network: fixed(oneOfAnyCase("EXTERNAL", "INTERNAL")),
  networkStack: fixed(oneOfAnyCase("IPV4", "DUALSTACK")),
  tlsCipherPolicy: {
    type: "string",
    input: "optional",
    rule: oneOfAnyCase("DEFAULT", "STRONG"),
  },
  ipv6: output("string"),
  status: output("string"),
  loadBalancerUrn: output("string"),
};
