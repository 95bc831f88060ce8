import type {
  ListenerSettings,
  MemberSettings,
  MonitorSettings,
  PlacedListener,
  PlacedMember,
  PlacedPool,
  PoolSettings,
} from "./balancers.ts";

const BALANCE: Readonly<Record<PoolSettings["lb_algorithm"], string>> = {
  ROUND_ROBIN: "roundrobin",
  LEAST_CONNECTIONS: "leastconn",
  SOURCE_IP: "source",
};

const STICK_SIZE = "10k";

/** A pool as one listener uses it. */
export function backend(pool: PlacedPool, { id, settings }: PlacedListener): string {
  const { members, monitor } = pool;
  const isChecked = monitor?.admin_state_up === true;
  return `backend ${pool.id}:${id}
  mode ${poolMode(pool.settings, settings)}
  balance ${BALANCE[pool.settings.lb_algorithm]}
${persistence(pool.settings)}\
${isChecked ? health(monitor) : ""}\
${headers(pool.settings, settings)}\
  option allbackups
  timeout connect ${settings.timeout_member_connect}
  timeout server ${settings.timeout_member_data}
${members.map((member) => server(member, pool)).join("")}`;
}

export function listenerMode({ protocol }: ListenerSettings): "http" | "tcp" {
  return protocol === "HTTP" || protocol === "TERMINATED_HTTPS" ? "http" : "tcp";
}

function poolMode({ protocol }: PoolSettings, listener: ListenerSettings): string {
  if (protocol === "PROXY" || protocol === "PROXYV2") return listenerMode(listener);
  return protocol === "HTTP" ? "http" : "tcp";
}

function persistence({ session_persistence: persists }: PoolSettings): string {
  if (!persists) return "";
  const { type, cookie_name: name } = persists;
  switch (type) {
    case "SOURCE_IP":
      return `  stick-table type ipv6 size ${STICK_SIZE}\n  stick on src\n`;
    case "APP_COOKIE":
      return `  stick-table type string len 64 size ${STICK_SIZE}
  stick store-response res.cook(${name})
  stick match req.cook(${name})
`;
    case "HTTP_COOKIE":
      return "  cookie SRV insert indirect nocache\n";
  }
}

/** Only a pool with a monitor keeps its members' state through a reload. */
function health(monitor: MonitorSettings): string {
  const request = monitor.type === "TCP" ? "" : checkRequest(monitor);
  return `  load-server-state-from-file global
  timeout check ${monitor.timeout}s
${request}`;
}

function checkRequest(monitor: MonitorSettings): string {
  const { http_version: version, domain_name: domain } = monitor;
  const codes = expandedCodes(monitor.expected_codes ?? "200").join("|");
  return `  option httpchk ${monitor.http_method} ${monitor.url_path}${httpVersion(version)}
${domain ? `  http-check send hdr Host ${domain}\n` : ""}\
  http-check expect rstatus ${codes}
`;
}

function httpVersion(version: number | null): string {
  return version === null ? "" : ` HTTP/${version.toFixed(1)}`;
}

/** `200-202` and `200,202` name single codes. */
export function expandedCodes(codes: string): string[] {
  const [from, to] = codes.split("-").map(Number);
  if (to === undefined) return codes.split(",").map((code) => code.trim());
  const first = from ?? to;
  return Array.from({ length: to - first + 1 }, (_, i) => String(first + i));
}

function headers(pool: PoolSettings, listener: ListenerSettings): string {
  const isOn = (name: string) => listener.insert_headers[name]?.toLowerCase() === "true";
  const isHttp = pool.protocol === "HTTP";
  const proto = listener.protocol === "TERMINATED_HTTPS" ? "https" : "http";
  return [
    ...(isHttp && isOn("X-Forwarded-For") ? ["  option forwardfor\n"] : []),
    ...(isHttp && isOn("X-Forwarded-Port")
      ? ["  http-request set-header X-Forwarded-Port %[dst_port]\n"]
      : []),
    ...(isOn("X-Forwarded-Proto")
      ? [`  http-request set-header X-Forwarded-Proto ${proto}\n`]
      : []),
  ].join("");
}

function server({ id, settings: member }: PlacedMember, { settings, monitor }: PlacedPool): string {
  const words = [
    `  server ${id} ${member.address}:${member.protocol_port} weight ${member.weight}`,
    ...(monitor?.admin_state_up ? [check(member, monitor)] : []),
    ...(settings.session_persistence?.type === "HTTP_COOKIE" ? [`cookie ${id}`] : []),
    ...(settings.protocol === "PROXY" ? ["send-proxy"] : []),
    ...(settings.protocol === "PROXYV2" ? ["send-proxy-v2"] : []),
    ...(member.backup ? ["backup"] : []),
    ...(member.admin_state_up ? [] : ["disabled"]),
  ];
  return `${words.join(" ")}\n`;
}

function check(member: MemberSettings, monitor: MonitorSettings): string {
  const { monitor_address: address, monitor_port: port } = member;
  return [
    `check${monitor.type === "HTTPS" ? " check-ssl verify none" : ""}`,
    `inter ${monitor.delay}s fall ${monitor.max_retries_down} rise ${monitor.max_retries}`,
    ...(address ? [`addr ${address}`] : []),
    ...(port ? [`port ${port}`] : []),
  ].join(" ");
}
