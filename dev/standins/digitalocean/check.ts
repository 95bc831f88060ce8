import type { Checked, CheckRequest, Failure } from "../provider/resource.ts";
import { isObject, UNKNOWN, type Value, type Values } from "../provider/values.ts";
import type { Attribute, Schema } from "./schema.ts";
import { uniqueName } from "./uniqueName.ts";

/** Lists which inputs are defaults, so that they can change when their rule does. */
export const DEFAULTS = "__defaults";

/** Adds defaults, in nested objects too, and finds every input that breaks a rule. */
export function checkInputs(schema: Schema, request: CheckRequest): Checked {
  const failures: Failure[] = [];
  const named = namedBy(request);
  const inputs = complete(schema, request.inputs, named, "", failures);
  return { inputs, failures };
}

type Named = (property: string) => string;

/** A name that was made before stays. */
function namedBy({ name, oldInputs, seed }: CheckRequest): Named {
  const defaults = oldInputs[DEFAULTS];
  return (property) => {
    const old = oldInputs[property];
    const wasDefault = Array.isArray(defaults) ? defaults.includes(property) : true;
    return typeof old === "string" && wasDefault ? old : uniqueName(name, seed);
  };
}

function complete(
  schema: Schema,
  given: Values,
  named: Named | undefined,
  path: string,
  failures: Failure[],
): Values {
  const inputs: Values = {};
  const defaults: string[] = [];
  for (const [property, value] of Object.entries(given)) {
    if (property.startsWith("__") || property === "version" || value === null) continue;
    const at = path + property;
    const attribute = schema[property];
    if (attribute?.input) inputs[property] = completeValue(attribute, value, at, failures);
    else
      failures.push({
        property: at,
        reason: `${at} is no input that this stand-in for the digitalocean plugin knows`,
      });
  }
  for (const [property, attribute] of Object.entries(schema)) {
    if (property in inputs) continue;
    const value = attribute.autonamed && named ? named(property) : attribute.fallback;
    if (value !== undefined) {
      inputs[property] = value;
      defaults.push(property);
    } else if (attribute.input === "required") {
      failures.push({ property: path + property, reason: `${path}${property} is required` });
    }
  }
  return { ...inputs, [DEFAULTS]: defaults.sort() };
}

function completeValue(attribute: Attribute, value: Value, at: string, failures: Failure[]): Value {
  if (value === UNKNOWN) return value;
  const { type, of, fields, rule } = attribute;
  if (of && Array.isArray(value)) {
    return value.map((item, index) => completeValue(of, item, `${at}[${index}]`, failures));
  }
  if (fields && isObject(value)) return complete(fields, value, undefined, `${at}.`, failures);
  const converted = convert(type, value);
  const reason = converted === undefined ? `must be ${NAMES[type]}` : rule?.(converted);
  if (reason) failures.push({ property: at, reason: `${at} ${reason}` });
  return converted ?? value;
}

const NAMES: Readonly<Record<Attribute["type"], string>> = {
  string: "a string",
  boolean: "true or false",
  integer: "a whole number",
  number: "a number",
  list: "a list",
  set: "a list",
  object: "an object",
  map: "a map",
};

/** The bridge takes numbers for text and text for numbers, such as a droplet's id. */
function convert(type: Attribute["type"], value: Value): Value | undefined {
  switch (type) {
    case "string":
      return typeof value === "object" ? undefined : String(value);
    case "boolean":
      if (value === "true" || value === "false") return value === "true";
      return typeof value === "boolean" ? value : undefined;
    case "integer":
    case "number": {
      const number = typeof value === "string" && value !== "" ? Number(value) : value;
      const fits = type === "integer" ? Number.isInteger(number) : Number.isFinite(number);
      return fits ? number : undefined;
    }
    case "map":
      return isObject(value) ? value : undefined;
    case "list":
    case "set":
    case "object":
      return undefined;
  }
}
