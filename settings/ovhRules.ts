import { numberIn, type Unchecked, valueIn } from "./group.ts";
import { pathOf } from "./catalog.ts";
import { addressesFor, addressesIn, NETWORK_CIDR } from "./networkRange.ts";
import { removeCommand, setCommand } from "./remedies.ts";

/** Rules for a stack in an OpenStack cloud such as OVH's. */
export function checkOvh(config: Unchecked): string[] {
  return [
    ...checkRegion(config),
    ...checkRoom(config),
    ...checkManaged(config),
    ...checkEdge(config),
    ...checkTls(config),
  ];
}

function checkRegion({ ovh }: Unchecked): string[] {
  if (ovh !== undefined) return [];
  return ["ovh.region: must be set with target ovh. " + `Set it: ${setCommand("ovh.region")}`];
}

/** A network in use can't change its range, so there must be room from the start. */
function checkRoom({ ovh, blue, green, edge, balancer, services }: Unchecked): string[] {
  const range = valueIn(ovh, "networkCidr") ?? NETWORK_CIDR;
  const has = typeof range === "string" ? addressesIn(range) : undefined;
  const pools = [blue, green].filter((pool) => pool !== undefined);
  const apps = pools.reduce<number>((sum, pool) => sum + Number(valueIn(pool, "count") ?? 2), 0);
  const hosts = apps + (services === undefined ? 0 : 1);
  const edges = balancer === "edge" ? Number(valueIn(edge, "hosts") ?? 2) : 0;
  const needed = addressesFor(hosts, edges);
  if (has === undefined || !(needed > has)) return [];
  return [
    `ovh.networkCidr: must have room for ${needed} addresses, for ${hosts + edges} hosts and their ` +
      `replacements, but has ${has}. Set it: ${setCommand("ovh.networkCidr")}`,
  ];
}

/** What other vendors' balancers do, but Octavia does not, or under another name. */
function checkManaged({ managed }: Unchecked): string[] {
  const problems: string[] = [];
  const sticky = numberIn(managed, "stickySeconds");
  if (sticky > 0) {
    problems.push(
      `managed.stickySeconds: Octavia's cookies end with the browser's session, got ${sticky}. Use ` +
        `those: ${removeCommand("managed.stickySeconds")} && ${setCommand("ovh.persistence", "cookie")}. ` +
        `Or do without: ${removeCommand("managed.stickySeconds")}`,
    );
  }
  if (String(valueIn(managed, "proxyProtocol")) === "true") {
    problems.push(
      "managed.proxyProtocol: must be false with target ovh: hosts get the client's address in the " +
        `header X-Forwarded-For. Remove it: ${removeCommand("managed.proxyProtocol")}`,
    );
  }
  return problems;
}

/** Settings of Octavia, which an edge does not use. */
const FOR_OCTAVIA = ["tls", "managed", "ovh.loadBalancerFlavor", "ovh.persistence"];

function checkEdge(config: Unchecked): string[] {
  if (config["balancer"] !== "edge") return [];
  return FOR_OCTAVIA.filter(
    (setting) => pathOf(setting).reduce<unknown>(valueIn, config) !== undefined,
  ).map(
    (setting) =>
      `${setting}: needs Octavia, which an edge does not use. Use it: ` +
      `${setCommand("balancer", "managed")}. Or do without: ${removeCommand(setting)}`,
  );
}

function checkTls({ tls, balancer }: Unchecked): string[] {
  if (typeof tls !== "object" || tls === null || balancer === "edge") return [];
  return [...checkSecret(tls), ...checkRedirect(tls)];
}

function checkSecret(tls: object): string[] {
  const isNamed = valueIn(tls, "secretRef") !== undefined;
  if (valueIn(tls, "certificate") !== undefined) {
    const remove = removeCommand("tls.certificate");
    return [
      "tls.certificate: has no meaning with target ovh. " +
        (isNamed
          ? `Remove it: ${remove}`
          : "Store certificate and key in the key manager and name them: " +
            `${remove} && ${setCommand("tls.secretRef")}`),
    ];
  }
  if (isNamed) return [];
  return [
    "tls.secretRef: must name a certificate in the key manager (openstack secret list). " +
      `Set it: ${setCommand("tls.secretRef")}`,
  ];
}

/** Octavia redirects to a fixed URL and can't take the name from the request. */
function checkRedirect(tls: object): string[] {
  const isClosed = String(valueIn(tls, "redirect")) === "false";
  const domains = valueIn(tls, "domains");
  const isNamed = Array.isArray(domains) && domains.some((one) => !String(one).startsWith("*."));
  if (isClosed || isNamed) return [];
  return [
    "tls.domains: must have the name to which HTTP redirects, one that is in the certificate. Set " +
      `it: ${setCommand("tls.domains[0]")}. Or close HTTP: ${setCommand("tls.redirect", false)}`,
  ];
}
