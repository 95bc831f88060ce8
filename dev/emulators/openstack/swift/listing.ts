import type { Answer, Request } from "../http/service.ts";
import { Refusal } from "./refusal.ts";

/** Most names of one answer, and what there is without a limit. */
const MOST = 10_000;

/** A line of a listing; `name` or, of names that share a beginning, `subdir`. */
export type Entry = { readonly name: string } | { readonly subdir: string };

/**
 * Answers with a listing: as JSON where that is asked for, else one name a line.
 * @param entries in any order
 * @throws Refusal 412 for a limit beyond 10,000
 */
export function listing(
  { query, headers }: Request,
  entries: readonly { readonly name: string }[],
  about: Readonly<Record<string, string>>,
): Answer {
  const limit = Number(query.get("limit") ?? MOST);
  if (!Number.isInteger(limit) || limit < 0 || limit > MOST) throw new Refusal(412);
  const page = folded(selected(query, entries), query).slice(0, limit);
  const isJson = (query.get("format") ?? headers["accept"] ?? "").includes("json");
  if (isJson) return { status: 200, headers: about, body: page };
  const text = page.map((entry) => `${nameOf(entry)}\n`).join("");
  const plain = { ...about, "content-type": "text/plain; charset=utf-8" };
  if (text === "") return { status: 204, headers: plain };
  return { status: 200, headers: plain, body: Buffer.from(text) };
}

function selected<T extends { readonly name: string }>(
  query: URLSearchParams,
  entries: readonly T[],
): T[] {
  const prefix = query.get("prefix") ?? "";
  return [...entries]
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .filter(({ name }) => name.startsWith(prefix));
}

/** With a delimiter, names that go on after it stand once, as what they share. */
function folded(entries: readonly { readonly name: string }[], query: URLSearchParams): Entry[] {
  const delimiter = query.get("delimiter") ?? "";
  const start = (query.get("prefix") ?? "").length;
  const folders = new Set<string>();
  const all = entries.flatMap((entry): Entry[] => {
    const end = delimiter === "" ? -1 : entry.name.indexOf(delimiter, start);
    if (end < 0) return [entry];
    const subdir = entry.name.slice(0, end + delimiter.length);
    if (folders.has(subdir)) return [];
    folders.add(subdir);
    return [{ subdir }];
  });
  return all.filter((entry) => isBetween(nameOf(entry), query));
}

function isBetween(name: string, query: URLSearchParams): boolean {
  const end = query.get("end_marker");
  return name > (query.get("marker") ?? "") && (!end || name < end);
}

function nameOf(entry: Entry): string {
  return "name" in entry ? entry.name : entry.subdir;
}
