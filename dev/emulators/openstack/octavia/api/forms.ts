import type {
  ListenerSettings,
  MemberSettings,
  MonitorSettings,
  PolicySettings,
  PoolSettings,
  RuleSettings,
} from "../plane/balancers.ts";
import type { LoadBalancer } from "../cloud/records.ts";
import { Form } from "./form.ts";

const TEXT = { type: "string", maxLength: 255 };
const ID = { type: "string", format: "uuid" };
const FLAG = { type: "boolean" };
const ADDRESS = { type: "string", format: "ipv4" };
const PORT = { type: "integer", minimum: 1, maximum: 65535 };
const MILLISECONDS = { type: "integer", minimum: 0, maximum: 24 * 86_400_000 };
const SECONDS = { type: "integer", minimum: 0 };
const RETRIES = { type: "integer", minimum: 1, maximum: 10 };
const URL_TEXT = { type: "string", format: "uri" };
const oneOf = (...values: readonly (string | number)[]) => ({ enum: values });
const listOf = (items: object) => ({ type: "array", items });

const NAMED = { name: TEXT, description: TEXT };
const COMMON = { admin_state_up: FLAG, tags: listOf(TEXT) };
const COMMON_DEFAULTS = { name: "", description: "", admin_state_up: true, tags: [] };
/** Long out of use: everything belongs to the token's project. */
const PROJECT = { project_id: TEXT, tenant_id: TEXT };

export const balancerForm = new Form<LoadBalancer["settings"]>({
  root: "loadbalancer",
  required: [],
  places: {
    ...{ ...PROJECT, vip_subnet_id: ID, vip_network_id: ID, vip_port_id: ID, vip_address: ADDRESS },
    ...{ provider: TEXT, flavor_id: ID, availability_zone: TEXT },
  },
  fixed: {},
  changeable: { ...NAMED, ...COMMON },
  defaults: COMMON_DEFAULTS,
});

export const listenerForm = new Form<ListenerSettings>({
  root: "listener",
  required: ["protocol", "protocol_port", "loadbalancer_id"],
  places: { ...PROJECT, loadbalancer_id: ID },
  fixed: {
    protocol: oneOf("HTTP", "TERMINATED_HTTPS", "TCP", "HTTPS"),
    protocol_port: PORT,
  },
  changeable: {
    ...{ ...NAMED, ...COMMON, connection_limit: { type: "integer", minimum: -1 } },
    ...{ default_pool_id: ID, default_tls_container_ref: TEXT, sni_container_refs: listOf(TEXT) },
    insert_headers: { type: "object", additionalProperties: TEXT },
    allowed_cidrs: listOf({ type: "string", pattern: "^\\d+(\\.\\d+){3}/\\d+$" }),
    ...{ timeout_client_data: MILLISECONDS, timeout_member_connect: MILLISECONDS },
    ...{ timeout_member_data: MILLISECONDS, timeout_tcp_inspect: MILLISECONDS },
  },
  defaults: {
    ...{ ...COMMON_DEFAULTS, connection_limit: -1, sni_container_refs: [], insert_headers: {} },
    ...{ timeout_client_data: 50_000, timeout_member_connect: 5000 },
    ...{ timeout_member_data: 50_000, timeout_tcp_inspect: 0 },
  },
});

export const poolForm = new Form<PoolSettings>({
  root: "pool",
  required: ["protocol", "lb_algorithm"],
  places: { ...PROJECT, loadbalancer_id: ID, listener_id: ID },
  fixed: { protocol: oneOf("HTTP", "HTTPS", "TCP", "PROXY", "PROXYV2") },
  changeable: {
    ...{
      ...NAMED,
      ...COMMON,
      lb_algorithm: oneOf("ROUND_ROBIN", "LEAST_CONNECTIONS", "SOURCE_IP"),
    },
    session_persistence: {
      type: "object",
      properties: {
        type: oneOf("SOURCE_IP", "HTTP_COOKIE", "APP_COOKIE"),
        cookie_name: { type: ["string", "null"], maxLength: 255, pattern: "^[^\\s,;\\\\]+$" },
      },
      ...{ required: ["type"], additionalProperties: false },
    },
  },
  defaults: COMMON_DEFAULTS,
});

export const memberForm = new Form<MemberSettings>({
  root: "member",
  required: ["address", "protocol_port"],
  places: PROJECT,
  fixed: { address: ADDRESS, protocol_port: PORT, subnet_id: ID },
  changeable: {
    ...{ name: TEXT, ...COMMON, weight: { type: "integer", minimum: 0, maximum: 256 } },
    ...{ backup: FLAG, monitor_port: PORT, monitor_address: ADDRESS },
  },
  defaults: { ...COMMON_DEFAULTS, weight: 1, backup: false },
});

export const monitorForm = new Form<MonitorSettings>({
  root: "healthmonitor",
  required: ["type", "delay", "timeout", "max_retries", "pool_id"],
  places: { ...PROJECT, pool_id: ID },
  fixed: { type: oneOf("HTTP", "HTTPS", "TCP") },
  changeable: {
    ...{ name: TEXT, ...COMMON, delay: SECONDS, timeout: SECONDS },
    ...{ max_retries: RETRIES, max_retries_down: RETRIES },
    http_method: oneOf(
      ...["GET", "HEAD", "POST", "PUT", "DELETE", "TRACE", "OPTIONS", "CONNECT", "PATCH"],
    ),
    url_path: { type: "string", pattern: "^/\\S*$" },
    expected_codes: { type: "string", pattern: "^(\\d{3}(\\s*,\\s*\\d{3})*|\\d{3}-\\d{3})$" },
    http_version: oneOf(1, 1.1),
    domain_name: TEXT,
  },
  defaults: { ...COMMON_DEFAULTS, max_retries_down: 3 },
});

export const policyForm = new Form<PolicySettings & { readonly position: number }>({
  root: "l7policy",
  required: ["action", "listener_id"],
  places: { ...PROJECT, listener_id: ID },
  fixed: {},
  changeable: {
    ...{ ...NAMED, ...COMMON, position: { type: "integer", minimum: 1, maximum: 2 ** 31 - 1 } },
    action: oneOf("REDIRECT_TO_POOL", "REDIRECT_TO_URL", "REDIRECT_PREFIX", "REJECT"),
    ...{ redirect_pool_id: ID, redirect_url: URL_TEXT, redirect_prefix: URL_TEXT },
    redirect_http_code: oneOf(301, 302, 303, 307, 308),
  },
  defaults: { ...COMMON_DEFAULTS, position: 2 ** 31 - 1 },
});

export const ruleForm = new Form<RuleSettings>({
  root: "rule",
  required: ["type", "compare_type", "value"],
  places: PROJECT,
  fixed: {},
  changeable: {
    ...{ ...COMMON, invert: FLAG, key: TEXT, value: TEXT },
    type: oneOf("HEADER", "COOKIE", "PATH", "HOST_NAME", "FILE_TYPE"),
    compare_type: oneOf("EQUAL_TO", "STARTS_WITH", "ENDS_WITH", "CONTAINS", "REGEX"),
  },
  defaults: { admin_state_up: true, tags: [], invert: false },
});
