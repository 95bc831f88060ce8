import type { Failure } from "../../provider/resource.ts";
import { hasUnknown, isObject, UNKNOWN, type Values } from "../../provider/values.ts";
import { isEmpty, type Plan } from "../plan.ts";
import { text } from "../text.ts";

/** Inputs that exclude or need each other. */
export function checkTogether(inputs: Values): Failure[] {
  const failures: Failure[] = [];
  if (!isEmpty(inputs["dropletIds"]) && !isEmpty(inputs["dropletTag"])) {
    failures.push({ property: "dropletIds", reason: "dropletIds conflicts with dropletTag" });
  }
  if (!isEmpty(inputs["subnetUuid"]) && isEmpty(inputs["vpcUuid"])) {
    failures.push({ property: "subnetUuid", reason: "subnetUuid needs vpcUuid" });
  }
  const global = text(inputs["type"]).toUpperCase() === "GLOBAL";
  if (global) {
    const reason =
      "GLOBAL is not supported by this stand-in for the digitalocean plugin; install the official one";
    failures.push({ property: "type", reason });
  }
  return failures;
}

/** The official plugin's rules over the planned whole, in its words. */
export function checkPlan(plan: Plan): Plan {
  const { region, type, healthcheck, stickySessions } = plan.wanted;
  const typeIsUnset = type === UNKNOWN || isEmpty(type);
  if (typeIsUnset && isEmpty(region)) throw new Error("missing 'region' value");
  if (!typeIsUnset && isEmpty(region)) {
    throw new Error(`'region' must be set and not be empty when 'type' is '${text(type)}'`);
  }
  if (isObject(healthcheck) && !hasUnknown(healthcheck)) checkHealthcheck(healthcheck);
  if (isObject(stickySessions) && !hasUnknown(stickySessions)) checkSticky(stickySessions);
  return plan;
}

function checkHealthcheck({ protocol, path }: Values): void {
  const isWeb = protocol === "http" || protocol === "https";
  if (isWeb && isEmpty(path)) {
    throw new Error(`health check \`path\` is required for when protocol is \`${protocol}\``);
  }
  if (!isWeb && !isEmpty(path)) {
    throw new Error("health check `path` is not allowed for when protocol is `tcp`");
  }
}

function checkSticky({ type, cookieName, cookieTtlSeconds }: Values): void {
  const byCookie = type === "cookies";
  const settings = { cookie_name: cookieName, cookie_ttl_seconds: cookieTtlSeconds };
  for (const [name, value] of Object.entries(settings)) {
    if (byCookie && isEmpty(value)) {
      throw new Error(`sticky sessions \`${name}\` is required for when type is \`cookie\``);
    }
    if (!byCookie && !isEmpty(value)) {
      throw new Error(`sticky sessions \`${name}\` is not allowed for when type is \`none\``);
    }
  }
}
