import { isColor, otherColor } from "../lib/color.ts";
import { checkDigitalOcean } from "./digitalOceanRules.ts";
import { checkOvh } from "./ovhRules.ts";
import type { Target } from "./types.ts";

/**
 * Rules that join several settings. They read the config before it is checked, so that they are
 * told in the same message as the other mistakes; where a value has the wrong form they are silent.
 */
export function checkCrossFieldRules(config: Readonly<Record<string, unknown>>): string[] {
  return [
    ...checkColors(config),
    ...checkPorts(config),
    ...checkTarget(config),
    ...checkRelease(config),
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
const FOR_CLOUDS = ["digitalocean", "ovh", "ssh", "registry", "tls", "managed", "preview"];

function checkTarget(config: Readonly<Record<string, unknown>>): string[] {
  switch (config["target"] ?? "local") {
    case "digitalocean":
      return [
        ...refuse(["ovh"], "digitalocean", config),
        ...checkDigitalOcean(config),
        ...checkSsh(config),
      ];
    case "ovh":
      return [...refuse(["digitalocean"], "ovh", config), ...checkOvh(config), ...checkSsh(config)];
    case "local":
      return [...refuse(FOR_CLOUDS, "local", config), ...checkLocal(config)];
    default:
      return [];
  }
}

/** Settings of other targets. */
function refuse(
  keys: readonly string[],
  target: Target,
  config: Readonly<Record<string, unknown>>,
): string[] {
  return keys
    .filter((key) => config[key] !== undefined)
    .map(
      (key) =>
        `${key}: has no meaning where the target is ${target}. Remove it: pulumi config rm ${key}`,
    );
}

function checkLocal({ balancer }: Readonly<Record<string, unknown>>): string[] {
  if (balancer !== "managed") return [];
  return [
    'balancer: must be edge where the target is local, got "managed". ' +
      "Set it: pulumi config set balancer edge",
  ];
}

function checkSsh({ target, ssh }: Readonly<Record<string, unknown>>): string[] {
  if (ssh !== undefined) return [];
  return [
    `ssh.secret: must be set where the target is ${String(target)}. Set it: ` +
      'pulumi config set --secret --path ssh.secret "$(openssl rand -hex 32)"',
    "ssh.allowedCidrs: must hold the address range from which pulumi up runs. Set it: " +
      "pulumi config set --path 'ssh.allowedCidrs[0]' 203.0.113.7/32",
  ];
}

/** What a release would find out half-way. */
function checkRelease({ release, target, balancer }: Readonly<Record<string, unknown>>): string[] {
  if (typeof release !== "object" || release === null) return [];
  const { source, prometheus, steps } = release as Record<string, unknown>;
  const isManaged = (target ?? "local") !== "local" && (balancer ?? "managed") === "managed";
  const problems: string[] = [];
  if (source === "prometheus" && prometheus === undefined) {
    problems.push(
      "release.prometheus: must be set where release.source is prometheus. " +
        "Set it: pulumi config set --path release.prometheus.url http://127.0.0.1:9090",
    );
  }
  if (isManaged && source === "edge") {
    problems.push(
      "release.source: a managed balancer counts nothing by color, got edge. " +
        "Set it: pulumi config set --path release.source probe",
    );
  }
  if (isManaged && target === "digitalocean" && Array.isArray(steps) && steps.length > 0) {
    problems.push(
      "release.steps: DigitalOcean's balancer knows no weights and no headers. Take the edge, which does: " +
        "pulumi config set balancer edge. Or go without: pulumi config rm --path release.steps",
    );
  }
  return problems;
}
