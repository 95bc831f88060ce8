import type { Changes } from "../provider/diff.ts";
import {
  equal,
  hasUnknown,
  isObject,
  UNKNOWN,
  type Value,
  type Values,
} from "../provider/values.ts";
import { DEFAULTS } from "./check.ts";
import type { Attribute, Schema } from "./schema.ts";

/** What a step is going to make of a resource. */
export interface Plan {
  /** The state afterwards; unknown where only the API can tell. */
  readonly wanted: Values;
  /** What differs from the state before, down to entries of objects and lists. */
  readonly changes: Changes;
}

/**
 * Compares inputs with the state, as Terraform does, not with the inputs of the last time: so a
 * change that a refresh has found is undone. Without a state everything is new.
 */
export function planFor(schema: Schema, inputs: Values, state: Values | undefined): Plan {
  const changes: Changes = new Map();
  const wanted: Values = {};
  for (const [property, attribute] of Object.entries(schema)) {
    const old = state?.[property];
    const now = wantedValue(attribute, inputs[property], old, state ?? {});
    if (now !== undefined) wanted[property] = now;
    if (!isSame(attribute, old, now, state ?? {})) find(attribute, property, old, now, changes);
  }
  return { wanted, changes };
}

function wantedValue(
  attribute: Attribute,
  given: Value | undefined,
  old: Value | undefined,
  state: Values,
): Value | undefined {
  if (attribute.computed === true && isLeftOut(given)) {
    return old ?? (Object.keys(state).length > 0 ? undefined : UNKNOWN);
  }
  if (given === undefined || given === null) return undefined;
  const kept = keptValue(attribute, given, old);
  return old !== undefined && isSame(attribute, old, kept, state) ? old : kept;
}

/** An input in the form of the state: without marks of the engine, and as each property is kept. */
export function keptValue(attribute: Attribute, given: Value, old: Value | undefined): Value {
  const { of, fields, kept } = attribute;
  if (given === UNKNOWN) return given;
  if (of && Array.isArray(given)) return given.map((item) => keptValue(of, item, undefined));
  if (fields && isObject(given)) {
    const before = isObject(old) ? old : {};
    return Object.fromEntries(
      Object.entries(given)
        .filter(([name]) => name !== DEFAULTS)
        .flatMap(([name, value]) => {
          const field = fields[name];
          return field ? [[name, keptValue(field, value, before[name])]] : [];
        }),
    );
  }
  return kept ? kept(given) : given;
}

/** Whether nothing is to be done for a property. */
export function isSame(
  attribute: Attribute,
  old: Value | undefined,
  now: Value | undefined,
  state: Values,
): boolean {
  if (hasUnknown(now)) return false;
  if (isEmpty(old) && isEmpty(now)) return true;
  if (now === undefined || now === null) return attribute.computed === true;
  if (old === undefined || old === null) return false;
  const { of, fields, type } = attribute;
  if (of && Array.isArray(old) && Array.isArray(now)) {
    return type === "set" ? isSameSet(of, old, now, state) : isSameList(of, old, now, state);
  }
  if (fields && isObject(old) && isObject(now)) {
    return Object.entries(fields).every(([name, field]) =>
      isSame(field, old[name], now[name], state),
    );
  }
  return equal(old, now) || attribute.same?.(old, now, state) === true;
}

function isSameList(of: Attribute, old: Value[], now: Value[], state: Values): boolean {
  return old.length === now.length && old.every((item, at) => isSame(of, item, now[at], state));
}

function isSameSet(of: Attribute, old: Value[], now: Value[], state: Values): boolean {
  return goneFrom(of, old, now, state).length === 0 && newIn(of, old, now, state).length === 0;
}

/** The places in a set of what is no longer wanted. */
function goneFrom(of: Attribute, old: Value[], now: Value[], state: Values): number[] {
  const stays = (item: Value) => now.some((wanted) => isSame(of, item, wanted, state));
  return old.flatMap((item, at) => (stays(item) ? [] : [at]));
}

function newIn(of: Attribute, old: Value[], now: Value[], state: Values): number[] {
  const isThere = (wanted: Value) => old.some((item) => isSame(of, item, wanted, state));
  return now.flatMap((wanted, at) => (isThere(wanted) ? [] : [at]));
}

function isLeftOut(value: Value | undefined): boolean {
  return isEmpty(value) && value !== false && value !== 0;
}

/** Terraform does not tell an empty value from none. */
export function isEmpty(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (value === 0 || value === false) return true;
  return Array.isArray(value) && value.length === 0;
}

function find(
  attribute: Attribute,
  path: string,
  old: Value | undefined,
  now: Value | undefined,
  found: Changes,
): void {
  const { of, fields, type } = attribute;
  if (of && Array.isArray(old) && Array.isArray(now)) {
    const gone = type === "set" ? goneFrom(of, old, now, {}) : unlike(of, old, now, old.length);
    const come = type === "set" ? newIn(of, old, now, {}) : unlike(of, old, now, now.length);
    for (const at of new Set([...gone, ...come])) {
      const kind = !come.includes(at) ? "delete" : gone.includes(at) ? "update" : "add";
      found.set(`${path}[${at}]`, kind);
    }
  } else if (fields && isObject(old) && isObject(now)) {
    for (const [name, field] of Object.entries(fields)) {
      if (!isSame(field, old[name], now[name], {})) {
        find(field, `${path}.${name}`, old[name], now[name], found);
      }
    }
  } else found.set(path, isEmpty(old) ? "add" : isEmpty(now) ? "delete" : "update");
}

/** The places up to a length where two lists differ. */
function unlike(of: Attribute, old: Value[], now: Value[], length: number): number[] {
  const places = Array.from({ length }, (_, at) => at);
  return places.filter((at) => !isSame(of, old[at], now[at], {}));
}
