import { numberIn, valueIn } from "./group.ts";
import { addressesFor, addressesIn, NETWORK_CIDR } from "./networkRange.ts";
import { remedy } from "./remedies.ts";

/** Rules for a stack in an OpenStack cloud such as OVH's. */
export function checkOvh(config: Readonly<Record<string, unknown>>): string[] {
  return [
    ...checkRegion(config),
    ...checkRoom(config),
    ...checkManaged(config),
    ...checkEdge(config),
    ...checkTls(config),
  ];
}

function checkRegion({ ovh }: Readonly<Record<string, unknown>>): string[] {
  if (ovh !== undefined) return [];
  return [
    "ovh.region: must be set where the target is ovh. " +
      "Set it: pulumi config set --path ovh.region GRA11",
  ];
}

/** A network is never given another range while it is used, so that there has to be room from the start. */
function checkRoom({
  ovh,
  blue,
  green,
  edge,
  balancer,
}: Readonly<Record<string, unknown>>): string[] {
  const range = valueIn(ovh, "networkCidr") ?? NETWORK_CIDR;
  const has = typeof range === "string" ? addressesIn(range) : undefined;
  const pools = [blue, green].filter((pool) => pool !== undefined);
  const hosts = pools.reduce<number>((sum, pool) => sum + Number(valueIn(pool, "count") ?? 2), 0);
  const edges = balancer === "edge" ? Number(valueIn(edge, "hosts") ?? 2) : 0;
  const needed = addressesFor(hosts, edges);
  if (has === undefined || !(needed > has)) return [];
  return [
    `ovh.networkCidr: must have room for ${needed} addresses, which ${hosts + edges} hosts need with ` +
      `those that take their place, has ${has}.${remedy("ovh.networkCidr")}`,
  ];
}

/** What other vendors' balancers do, and Octavia does not, or calls by another name. */
function checkManaged({ managed }: Readonly<Record<string, unknown>>): string[] {
  const problems: string[] = [];
  const sticky = numberIn(managed, "stickySeconds");
  if (sticky > 0) {
    problems.push(
      `managed.stickySeconds: Octavia's cookies end with the browser's session, got ${sticky}. Take ` +
        "these: pulumi config set --path ovh.persistence cookie. And remove it: pulumi config rm " +
        "--path managed.stickySeconds",
    );
  }
  if (String(valueIn(managed, "proxyProtocol")) === "true") {
    problems.push(
      "managed.proxyProtocol: must be false where the target is ovh: hosts are told the client's " +
        "address by the header X-Forwarded-For. Remove it: pulumi config rm --path managed.proxyProtocol",
    );
  }
  return problems;
}

/** Settings of Octavia, which an edge does without. */
const FOR_OCTAVIA = ["tls", "managed", "ovh.loadBalancerFlavor", "ovh.persistence"];

function checkEdge(config: Readonly<Record<string, unknown>>): string[] {
  if (config["balancer"] !== "edge") return [];
  return FOR_OCTAVIA.filter((setting) => {
    const [key = "", name] = setting.split(".");
    return name === undefined
      ? config[key] !== undefined
      : valueIn(config[key], name) !== undefined;
  }).map(
    (setting) =>
      `${setting}: needs Octavia, which an edge does without. Take it: pulumi config set balancer ` +
      `managed. Or go without: pulumi config rm ${setting.includes(".") ? "--path " : ""}${setting}`,
  );
}

function checkTls({ tls, balancer }: Readonly<Record<string, unknown>>): string[] {
  if (typeof tls !== "object" || tls === null || balancer === "edge") return [];
  return [...checkSecret(tls), ...checkRedirect(tls)];
}

function checkSecret(tls: object): string[] {
  if (valueIn(tls, "certificate") !== undefined) {
    return [
      "tls.certificate: has no meaning where the target is ovh. Put certificate and key into the key " +
        "manager, name them by tls.secretRef, and remove it: pulumi config rm --path tls.certificate",
    ];
  }
  if (valueIn(tls, "secretRef") !== undefined) return [];
  return [
    "tls.secretRef: must name a certificate in the key manager (openstack secret list)." +
      remedy("tls.secretRef"),
  ];
}

/** Octavia redirects to a URL, and can't take the name for it from the request. */
function checkRedirect(tls: object): string[] {
  const isClosed = String(valueIn(tls, "redirect")) === "false";
  const domains = valueIn(tls, "domains");
  const isNamed = Array.isArray(domains) && domains.some((one) => !String(one).startsWith("*."));
  if (isClosed || isNamed) return [];
  return [
    "tls.domains: must hold the name to which HTTP is redirected, one that the certificate is for. Set " +
      "it: pulumi config set --path 'tls.domains[0]' app.example.com. Or close HTTP: pulumi config set " +
      "--path tls.redirect false",
  ];
}
