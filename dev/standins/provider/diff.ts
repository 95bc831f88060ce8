import { equal, isObject, isSigned, type Value, type Values } from "./values.ts";

export type ChangeKind = "add" | "delete" | "update";

/** Property paths such as `environment.PORT` or `triggers[1]`, each with what happened to it. */
export type Changes = Map<string, ChangeKind>;

/** What changed between two sets of inputs, down to the entries of maps and lists. */
export function changesBetween(olds: Values, news: Values): Changes {
  const changes: Changes = new Map();
  compareEntries("", olds, withoutInternal(news), changes);
  return changes;
}

/** The engine puts entries of its own among the inputs. */
function withoutInternal(inputs: Values): Values {
  const own = Object.entries(inputs).filter(
    ([name]) => name !== "version" && !name.startsWith("__"),
  );
  return Object.fromEntries(own);
}

function compare(path: string, old: Value | undefined, now: Value | undefined, found: Changes) {
  if (equal(old, now)) return;
  if (old === undefined) found.set(path, "add");
  else if (now === undefined) found.set(path, "delete");
  else if (Array.isArray(old) && Array.isArray(now)) compareLists(path, old, now, found);
  else if (isObject(old) && isObject(now) && !isSigned(old) && !isSigned(now)) {
    compareEntries(path, old, now, found);
  } else found.set(path, "update");
}

function compareLists(path: string, old: Value[], now: Value[], found: Changes) {
  for (let at = 0; at < Math.max(old.length, now.length); at++) {
    compare(`${path}[${at}]`, old[at], now[at], found);
  }
}

function compareEntries(path: string, old: Values, now: Values, found: Changes) {
  for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
    compare(path + keyPath(key, path === ""), old[key], now[key], found);
  }
}

function keyPath(key: string, first: boolean): string {
  if (!/^[\w-]+$/.test(key)) return `[${JSON.stringify(key)}]`;
  return first ? key : `.${key}`;
}
