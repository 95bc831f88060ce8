import { isColor, otherColor } from "../lib/color.ts";
import { checkFiles, checkProcesses } from "./appRules.ts";
import { checkDigitalOcean } from "./digitalOceanRules.ts";
import { numberIn, type Unchecked, valueIn } from "./group.ts";
import { checkOvh } from "./ovhRules.ts";
import { removeCommand, setCommand } from "./remedies.ts";
import { schema } from "./schema.ts";
import { checkServicePorts } from "./serviceRules.ts";
import { settingAt } from "./catalog.ts";
import { DEFAULTS, type TargetName, TARGETS } from "./targets.ts";

type Rule = (config: Unchecked, target: TargetName) => string[];

/**
 * Rules across several settings. They read the unchecked config, so one message names all mistakes; they
 * ignore values of the wrong form.
 */
export function checkCrossFieldRules(config: Unchecked): string[] {
  const given = config["target"] ?? "local";
  const target = TARGETS.find((one) => one === given);
  const rules = target
    ? [checkPorts, checkFiles, checkProcesses, refuseOtherTargets, ...RULES[target], checkRelease]
    : [];
  return [...checkColors(config), ...rules.flatMap((rule) => rule(config, target ?? "local"))];
}

const RULES: Readonly<Record<TargetName, readonly Rule[]>> = {
  local: [checkLocal],
  digitalocean: [checkDigitalOcean, checkSsh, checkServicePorts],
  ovh: [checkOvh, checkSsh, checkServicePorts],
};

function checkColors(config: Unchecked): string[] {
  const active = config["activeColor"];
  if (typeof active !== "string" || !isColor(active)) return [];
  const idle = otherColor(active);
  const problems: string[] = [];
  if (config[active] === undefined) {
    problems.push(
      `${active}.image: must be set, because activeColor is ${active} and a color without hosts ` +
        `can't take traffic. Set it: ${setCommand(`${active}.image`)}`,
    );
  }
  if (config["canary"] !== undefined && config[idle] === undefined) {
    problems.push(
      `canary: needs hosts of the idle color, but ${idle}.image is not set. ` +
        `Set it: ${setCommand(`${idle}.image`)}`,
    );
  }
  if (hasNoHosts(config[active])) {
    problems.push(
      `${active}.count: must be at least 1, because activeColor is ${active} and a color without hosts ` +
        `can't take traffic, got 0. Set it: ${setCommand(`${active}.count`)}`,
    );
  }
  if (numberIn(config["canary"], "weight") > 0 && hasNoHosts(config[idle])) {
    problems.push(
      `${idle}.count: must be at least 1, because canary.weight gives ${idle} traffic, got 0. ` +
        `Set it: ${setCommand(`${idle}.count`)}`,
    );
  }
  return problems;
}

function hasNoHosts(pool: unknown): boolean {
  return String(valueIn(pool, "count")) === "0";
}

function checkPorts({ edge }: Unchecked, target: TargetName): string[] {
  const port = Number(valueIn(edge, "port") ?? DEFAULTS[target].port);
  const byDefault = settingAt(["edge", "previewPort"])?.default;
  if (port !== Number(valueIn(edge, "previewPort") ?? byDefault)) return [];
  const free = port < 65535 ? port + 1 : port - 1;
  return [
    `edge.previewPort: must differ from edge.port, got ${port} for both. ` +
      `Set it: ${setCommand("edge.previewPort", free)}`,
  ];
}

function refuseOtherTargets(config: Unchecked, target: TargetName): string[] {
  return Object.keys(schema.shape)
    .filter((key) => config[key] !== undefined)
    .filter((key) => settingAt([key])?.about.targets?.includes(target) === false)
    .map((key) => `${key}: has no meaning with target ${target}. Remove it: ${removeCommand(key)}`);
}

function checkLocal({ balancer }: Unchecked): string[] {
  if (balancer !== "managed") return [];
  return [
    'balancer: must be edge with target local, got "managed". ' +
      `Set it: ${setCommand("balancer", "edge")}`,
  ];
}

function checkSsh({ ssh }: Unchecked, target: TargetName): string[] {
  if (ssh !== undefined) return [];
  return [
    `ssh.secret: must be set with target ${target}. Set it: ${setCommand("ssh.secret")}`,
    "ssh.allowedCidrs: must have the address range from which pulumi up runs. " +
      `Set it: ${setCommand("ssh.allowedCidrs[0]", "203.0.113.7/32")}`,
  ];
}

/** What would otherwise stop a release halfway. */
function checkRelease({ release, balancer }: Unchecked, target: TargetName): string[] {
  const source = valueIn(release, "source");
  const steps = valueIn(release, "steps");
  const isManaged = (balancer ?? DEFAULTS[target].balancer) === "managed";
  const problems: string[] = [];
  if (source === "prometheus" && valueIn(release, "prometheus") === undefined) {
    const needed = ["url", "requests", "errors"].map((name) =>
      setCommand(`release.prometheus.${name}`),
    );
    problems.push(
      "release.prometheus: must be set if release.source is prometheus. " +
        `Set it: ${needed.join(" && ")}`,
    );
  }
  if (isManaged && source === "edge") {
    problems.push(
      "release.source: must not be edge with a managed balancer, which does not count by color. " +
        `Set it: ${setCommand("release.source", "probe")}`,
    );
  }
  if (isManaged && target === "digitalocean" && Array.isArray(steps) && steps.length > 0) {
    problems.push(
      "release.steps: DigitalOcean's balancer has no weights and no header rules. Use the edge, which " +
        `has both: ${setCommand("balancer", "edge")}. Or do without: ${removeCommand("release.steps")}`,
    );
  }
  return problems;
}
