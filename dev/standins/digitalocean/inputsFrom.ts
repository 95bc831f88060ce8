import { isObject, type Value, type Values } from "../provider/values.ts";
import { DEFAULTS } from "./check.ts";
import { isEmpty, isSame, keptValue } from "./plan.ts";
import type { Attribute, Schema } from "./schema.ts";

/** The inputs of the last time, where what is real differs: as it is. */
export function refreshedInputs(schema: Schema, inputs: Values, state: Values): Values {
  const refreshed: Values = {};
  for (const [property, given] of Object.entries(inputs)) {
    const attribute = schema[property];
    if (!attribute || property === DEFAULTS) continue;
    const real = state[property];
    const kept = keptValue(attribute, given, real);
    if (isSame(attribute, real, kept, state)) refreshed[property] = given;
    else if (real !== undefined) refreshed[property] = inShapeOf(attribute, given, real);
  }
  return refreshed;
}

/** The inputs that would make a resource as an import has found it. */
export function importedInputs(schema: Schema, state: Values): Values {
  const inputs: Values = { [DEFAULTS]: [] };
  for (const [property, attribute] of Object.entries(schema)) {
    const real = state[property];
    if (!attribute.input || attribute.computed || isEmpty(real)) continue;
    inputs[property] = inShapeOf(attribute, undefined, real ?? null);
  }
  return inputs;
}

/** Of an object only what was given before, or what can be given at all. */
function inShapeOf(attribute: Attribute, given: Value | undefined, real: Value): Value {
  const { of, fields } = attribute;
  if (of && Array.isArray(real)) return real.map((item) => inShapeOf(of, undefined, item));
  if (!fields || !isObject(real)) return real;
  const wanted = Object.entries(real).filter(([name, value]) =>
    isObject(given) ? name in given : fields[name]?.input !== undefined && !isEmpty(value),
  );
  return { ...Object.fromEntries(wanted), [DEFAULTS]: [] };
}
