import { isColor, otherColor } from "../color.ts";

/**
 * Rules that join several settings. They read the config before it is checked, so that they are
 * told in the same message as the other mistakes; where a value has the wrong form they are silent.
 */
export function checkTogether(config: Readonly<Record<string, unknown>>): string[] {
  return [
    ...checkColors(config),
    ...checkPorts(config),
    ...checkTarget(config),
    ...checkManaged(config),
    ...checkEdge(config),
    ...checkTls(config),
    ...checkPreview(config),
  ];
}

function checkColors(config: Readonly<Record<string, unknown>>): string[] {
  const active = config["activeColor"];
  if (typeof active !== "string" || !isColor(active)) return [];
  const idle = otherColor(active);
  const problems: string[] = [];
  if (config[active] === undefined) {
    problems.push(
      `${active}.image: must be set, because activeColor is ${active} and a color without hosts ` +
        `can't take traffic. Set it: pulumi config set --path ${active}.image registry.example.com/app:1.4.2`,
    );
  }
  if (config["canary"] !== undefined && config[idle] === undefined) {
    problems.push(
      `canary: needs hosts of the idle color, but ${idle}.image is not set. ` +
        `Set it: pulumi config set --path ${idle}.image registry.example.com/app:1.4.3`,
    );
  }
  return problems;
}

function checkPorts(config: Readonly<Record<string, unknown>>): string[] {
  const edge = config["edge"];
  if (typeof edge !== "object" || edge === null) return [];
  const local = (config["target"] ?? "local") === "local";
  const { port = local ? 8080 : 80, previewPort = 8081 } = edge as Record<string, unknown>;
  if (String(port) !== String(previewPort)) return [];
  return [
    `edge.previewPort: must differ from edge.port, got ${String(previewPort)} for both. ` +
      `Set it: pulumi config set --path edge.previewPort ${Number(port) + 1}`,
  ];
}

/** Settings that mean nothing where all runs on this machine. */
const FOR_CLOUDS = ["digitalocean", "ssh", "registry", "tls", "managed", "preview"];

function checkTarget(config: Readonly<Record<string, unknown>>): string[] {
  const target = config["target"] ?? "local";
  if (target === "digitalocean") return checkDigitalOcean(config);
  if (target !== "local") return [];
  const problems = FOR_CLOUDS.filter((key) => config[key] !== undefined).map(
    (key) => `${key}: has no meaning where the target is local. Remove it: pulumi config rm ${key}`,
  );
  if (config["balancer"] === "managed") {
    problems.push(
      'balancer: must be edge where the target is local, got "managed". ' +
        "Set it: pulumi config set balancer edge",
    );
  }
  return problems;
}

function checkDigitalOcean(config: Readonly<Record<string, unknown>>): string[] {
  const problems: string[] = [];
  if (config["digitalocean"] === undefined) {
    problems.push(
      "digitalocean.region: must be set where the target is digitalocean. " +
        "Set it: pulumi config set --path digitalocean.region fra1",
    );
  }
  if (config["ssh"] === undefined) {
    problems.push(
      "ssh.secret: must be set where the target is digitalocean. Set it: " +
        'pulumi config set --secret --path ssh.secret "$(openssl rand -hex 32)"',
      "ssh.allowedCidrs: must hold the address range from which pulumi up runs. Set it: " +
        "pulumi config set --path 'ssh.allowedCidrs[0]' 203.0.113.7/32",
    );
  }
  return problems;
}

/** The vendors' balancers have no weights, and no rules for headers and cookies. */
function checkManaged(config: Readonly<Record<string, unknown>>): string[] {
  const isManaged = (config["balancer"] ?? "managed") === "managed";
  if (config["target"] !== "digitalocean" || !isManaged || config["canary"] === undefined)
    return [];
  return [
    "canary: DigitalOcean's load balancer knows no weights and no headers. Take the edge, which " +
      "does: pulumi config set balancer edge. Or go without: pulumi config rm canary",
  ];
}

/** What only a load balancer of the vendor does, and what it can't do for an edge behind it. */
function checkEdge(config: Readonly<Record<string, unknown>>): string[] {
  if (config["target"] !== "digitalocean" || config["balancer"] !== "edge") return [];
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

/** NaN where there is none. */
function numberIn(group: unknown, name: string): number {
  return typeof group === "object" && group !== null
    ? Number((group as Record<string, unknown>)[name])
    : NaN;
}

function checkTls({ tls }: Readonly<Record<string, unknown>>): string[] {
  if (typeof tls !== "object" || tls === null) return [];
  const { certificate, domains } = tls as Record<string, unknown>;
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
