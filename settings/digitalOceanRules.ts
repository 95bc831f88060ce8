import { numberIn, type Unchecked, valueIn } from "./group.ts";
import { removeCommand, setCommand } from "./remedies.ts";

/** Rules for a stack on DigitalOcean. */
export function checkDigitalOcean(config: Unchecked): string[] {
  return [
    ...checkRegion(config),
    ...checkManaged(config),
    ...checkEdge(config),
    ...checkTls(config),
    ...checkPreview(config),
  ];
}

function checkRegion({ digitalocean }: Unchecked): string[] {
  if (digitalocean !== undefined) return [];
  return [
    "digitalocean.region: must be set with target digitalocean. " +
      `Set it: ${setCommand("digitalocean.region")}`,
  ];
}

/** The vendor's balancer has no weights, and no rules for headers and cookies. */
function checkManaged({ balancer, canary }: Unchecked): string[] {
  if ((balancer ?? "managed") !== "managed" || canary === undefined) return [];
  return [
    "canary: DigitalOcean's load balancer has no weights and no header rules. Use the edge, which " +
      `has both: ${setCommand("balancer", "edge")}. Or do without: ${removeCommand("canary")}`,
  ];
}

/** What only the vendor's load balancer does, and what it can't do for an edge behind it. */
function checkEdge(config: Unchecked): string[] {
  if (config["balancer"] !== "edge") return [];
  const isAlone = numberIn(config["edge"], "hosts") === 1;
  const problems = ["tls", "managed"]
    .filter((key) => isAlone && config[key] !== undefined)
    .map(
      (key) =>
        `${key}: needs DigitalOcean's load balancer, which an edge on one host does not have. Use ` +
        `two hosts: ${setCommand("edge.hosts", 2)}. Or do without: ${removeCommand(key)}`,
    );
  const sticky = numberIn(config["managed"], "stickySeconds");
  if (!isAlone && sticky > 0) {
    problems.push(
      `managed.stickySeconds: would keep a client on one edge, not on one host of the app, got ` +
        `${sticky}. Remove it: ${removeCommand("managed.stickySeconds")}`,
    );
  }
  return problems;
}

function checkTls({ tls }: Unchecked): string[] {
  if (typeof tls !== "object" || tls === null) return [];
  const { certificate, domains, secretRef } = tls as Record<string, unknown>;
  if (secretRef !== undefined) {
    const remove = removeCommand("tls.secretRef");
    const isNamed = certificate !== undefined || domains !== undefined;
    return [
      "tls.secretRef: names a secret in OpenStack's key manager, which DigitalOcean does not have. " +
        (isNamed
          ? `Remove it: ${remove}`
          : `Name a certificate in the account instead: ${remove} && ${setCommand("tls.certificate")}`),
    ];
  }
  if (certificate !== undefined && domains !== undefined) {
    return [
      "tls: must have certificate or domains, got both. Remove one: " +
        `${removeCommand("tls.certificate")}. Or the other: ${removeCommand("tls.domains")}`,
    ];
  }
  if (certificate !== undefined || domains !== undefined) return [];
  return [
    `tls: must have certificate or domains, got neither. Name a certificate in the account: ` +
      `${setCommand("tls.certificate")}. Or have Let's Encrypt issue one: ${setCommand("tls.domains[0]")}`,
  ];
}

/** Testers connect to a host directly, by HTTP. */
function checkPreview({ balancer, managed, preview }: Unchecked): string[] {
  const isProxied = String(valueIn(managed, "proxyProtocol")) === "true";
  const allowedCidrs = valueIn(preview, "allowedCidrs");
  const isOpen = Array.isArray(allowedCidrs) && allowedCidrs.length > 0;
  if (balancer === "edge" || !isProxied || !isOpen) return [];
  return [
    "preview.allowedCidrs: must be empty if managed.proxyProtocol is true, because hosts then " +
      "accept only the PROXY protocol, which no browser speaks. Remove one: " +
      `${removeCommand("preview.allowedCidrs")}. Or the other: ${removeCommand("managed.proxyProtocol")}`,
  ];
}
