/**
 * `npx tsx dev/emulators/digitalocean/trimDescription.ts FILE`: cuts the vendor's OpenAPI
 * description down to the operations that the emulator answers, and writes api.json beside this
 * file. Examples, code samples and prose are left out; schemas, scopes and the licence stay.
 */
import { readFile, writeFile } from "node:fs/promises";
import process from "node:process";
import { format } from "prettier";
import { pathToFileURL } from "node:url";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = Record<string, Json>;

/** Operations by the first part of their id; a minus leaves out what nothing here uses. */
const KEPT = /^(account|actions|regions|sizes|tags|vpcs|firewalls|loadBalancers|projects)_/;
const KEPT_TOO = /^(droplets|dropletActions|reservedIPs|reservedIPsActions)_|^images_(list|get)$/;
const LEFT_OUT =
  /_default$|peerings$|_delete_cache$|kernels$|neighbors$|snapshots$|_post_byTag$|_restore$/;
const METHODS = ["get", "put", "post", "patch", "delete"];

/** Words without force in a validator. */
const PROSE = new Set(["description", "summary", "example", "examples", "tags", "links", "title"]);

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const source = process.argv[2];
  if (source === undefined) throw new Error("Name the vendor's description: trimDescription FILE");
  const trimmed = trim(JSON.parse(await readFile(source, "utf8")) as JsonObject);
  const text = await format(JSON.stringify(trimmed), { parser: "json", printWidth: 100 });
  await writeFile(new URL("api.json", import.meta.url), text);
}

export function trim(description: JsonObject): JsonObject {
  const paths = keptPaths(description["paths"] as Record<string, JsonObject>);
  const { openapi, info, servers, components } = description;
  const referred = closure(paths, components as JsonObject);
  return { openapi, info, servers, paths, components: referred } as JsonObject;
}

function keptPaths(paths: Record<string, JsonObject>): JsonObject {
  const kept = Object.entries(paths).map(([path, item]) => [path, keptOperations(item)] as const);
  return Object.fromEntries(kept.filter(([, item]) => Object.keys(item).length > 0));
}

function keptOperations(item: JsonObject): JsonObject {
  const operations = Object.entries(item).filter(
    ([method, operation]) => METHODS.includes(method) && isKept(operation as JsonObject),
  );
  return Object.fromEntries(operations.map(([method, it]) => [method, withoutProse(it)]));
}

function isKept({ operationId }: JsonObject): boolean {
  const id = operationId as string;
  return (
    (KEPT.test(id) || KEPT_TOO.test(id)) && (!LEFT_OUT.test(id) || id === "projects_get_default")
  );
}

/** The components that are referred to, also by one another. */
function closure(paths: JsonObject, components: JsonObject): JsonObject {
  const kept: Record<string, JsonObject> = {};
  const open = references(paths);
  for (let reference = open.pop(); reference !== undefined; reference = open.pop()) {
    const [kind = "", name = ""] = reference.split("/").slice(2);
    if (kept[kind]?.[name] !== undefined) continue;
    const component = withoutProse((components[kind] as JsonObject)[name]!);
    (kept[kind] ??= {})[name] = component;
    open.push(...references(component));
  }
  return kept;
}

function references(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (value === null || typeof value !== "object") return [];
  const { $ref } = value;
  return [...(typeof $ref === "string" ? [$ref] : []), ...Object.values(value).flatMap(references)];
}

/** Under `properties` the keys are names of fields, and a field may be called `description`. */
function withoutProse(value: Json, areNames = false): Json {
  if (Array.isArray(value)) return value.map((item) => withoutProse(item));
  if (value === null || typeof value !== "object") return value;
  const kept = Object.entries(value).filter(([key]) => areNames || !PROSE.has(key));
  return Object.fromEntries(
    kept.map(([key, item]) => [key, withoutProse(item, !areNames && key === "properties")]),
  );
}
