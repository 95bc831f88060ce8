import { numberIn } from "./group.ts";

/** Rules for a stack on DigitalOcean. */
export function checkDigitalOcean(config: Readonly<Record<string, unknown>>): string[] {
  return [
    ...checkRegion(config),
    ...checkManaged(config),
    ...checkEdge(config),
    ...checkTls(config),
    ...checkPreview(config),
  ];
}

function checkRegion({ digitalocean }: Readonly<Record<string, unknown>>): string[] {
  if (digitalocean !== undefined) return [];
  return [
    "digitalocean.region: must be set where the target is digitalocean. " +
      "Set it: pulumi config set --path digitalocean.region fra1",
  ];
}

/** The vendor's balancer has no weights, and no rules for headers and cookies. */
function checkManaged(config: Readonly<Record<string, unknown>>): string[] {
  const isManaged = (config["balancer"] ?? "managed") === "managed";
  if (!isManaged || config["canary"] === undefined) return [];
  return [
    "canary: DigitalOcean's load balancer knows no weights and no headers. Take the edge, which " +
      "does: pulumi config set balancer edge. Or go without: pulumi config rm canary",
  ];
}

/** What only a load balancer of the vendor does, and what it can't do for an edge behind it. */
function checkEdge(config: Readonly<Record<string, unknown>>): string[] {
  if (config["balancer"] !== "edge") return [];
  const isAlone = numberIn(config["edge"], "hosts") === 1;
  const problems = ["tls", "managed"]
    .filter((key) => isAlone && config[key] !== undefined)
    .map(
      (key) =>
        `${key}: needs DigitalOcean's load balancer, which an edge on one host does not have. Take ` +
        `two hosts: pulumi config set --path edge.hosts 2. Or go without: pulumi config rm ${key}`,
    );
  const sticky = numberIn(config["managed"], "stickySeconds");
  if (!isAlone && sticky > 0) {
    problems.push(
      `managed.stickySeconds: would keep a client on one edge, not on one host of the app, got ` +
        `${sticky}. Remove it: pulumi config rm --path managed.stickySeconds`,
    );
  }
  return problems;
}

function checkTls({ tls }: Readonly<Record<string, unknown>>): string[] {
  if (typeof tls !== "object" || tls === null) return [];
  const { certificate, domains, secretRef } = tls as Record<string, unknown>;
  if (secretRef !== undefined) {
    return [
      "tls.secretRef: is for OpenStack's key manager, which DigitalOcean does not have. Remove it: " +
        "pulumi config rm --path tls.secretRef, and set tls.certificate or tls.domains",
    ];
  }
  if (certificate !== undefined && domains !== undefined) {
    return [
      "tls: must hold certificate or domains, got both. Remove one: " +
        "pulumi config rm --path tls.certificate, or pulumi config rm --path tls.domains",
    ];
  }
  if (certificate !== undefined || domains !== undefined) return [];
  return [
    "tls: must hold certificate or domains, got neither. Name a certificate in the account: pulumi " +
      "config set --path tls.certificate example-com. Or ask Let's Encrypt for one: pulumi config " +
      "set --path 'tls.domains[0]' app.example.com",
  ];
}

/** Testers ask a host of the managed balancer itself, in HTTP. */
function checkPreview({ balancer, managed, preview }: Readonly<Record<string, unknown>>): string[] {
  const { proxyProtocol } = (managed ?? {}) as Record<string, unknown>;
  const { allowedCidrs } = (preview ?? {}) as Record<string, unknown>;
  const isOpen = Array.isArray(allowedCidrs) && allowedCidrs.length > 0;
  if (balancer === "edge" || String(proxyProtocol) !== "true" || !isOpen) return [];
  return [
    "preview.allowedCidrs: must be empty where managed.proxyProtocol is true, because hosts then take " +
      "requests by the PROXY protocol only, which no browser speaks. Remove one: pulumi config rm " +
      "preview, or pulumi config rm --path managed.proxyProtocol",
  ];
}
