import { isColor, otherColor } from "../color.ts";

/**
 * Rules that join several settings. They read the config before it is checked, so that they are
 * told in the same message as the other mistakes; where a value has the wrong form they are silent.
 */
export function checkTogether(config: Readonly<Record<string, unknown>>): string[] {
  return [...checkColors(config), ...checkPorts(config), ...checkTarget(config)];
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
  const { port = 8080, previewPort = 8081 } = edge as Record<string, unknown>;
  if (String(port) !== String(previewPort)) return [];
  return [
    `edge.previewPort: must differ from edge.port, got ${String(previewPort)} for both. ` +
      `Set it: pulumi config set --path edge.previewPort ${Number(port) + 1}`,
  ];
}

function checkTarget(config: Readonly<Record<string, unknown>>): string[] {
  const target = config["target"] ?? "local";
  if (target === "local" && config["balancer"] === "managed") {
    return [
      'balancer: must be edge where the target is local, got "managed". ' +
        "Set it: pulumi config set balancer edge",
    ];
  }
  return [];
}
