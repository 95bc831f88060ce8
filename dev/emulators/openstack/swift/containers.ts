import type { Answer, Request } from "../http/service.ts";
import { listing } from "./listing.ts";
import { Refusal } from "./refusal.ts";
import { type Account, bytesOf, type Container, updated } from "./store.ts";

/** Metadata, and who may read and write; the product uses no other header of a container. */
const PREFIXES = ["x-container-meta-", "x-container-read", "x-container-write"];
const LONGEST_NAME = 256;

/** The account itself: `/v1/AUTH_<project>`. */
export function onAccount(request: Request, account: Account): Answer {
  switch (request.method) {
    case "GET":
      return listing(request, containerEntries(account), accountHeaders(account));
    case "HEAD":
      return { status: 204, headers: accountHeaders(account) };
    case "POST":
      account.metadata = updated(account.metadata, request.headers, ["x-account-meta-"]);
      return { status: 204 };
    default:
      throw new Refusal(405);
  }
}

/** One container: `/v1/AUTH_<project>/<container>`. */
export function onContainer(request: Request, account: Account, name: string): Answer {
  if (request.method === "PUT") return put(request, account, name);
  const container = containerOf(account, name);
  switch (request.method) {
    case "GET":
      return listing(request, objectEntries(container), containerHeaders(container));
    case "HEAD":
      return { status: 204, headers: containerHeaders(container) };
    case "POST":
      container.metadata = updated(container.metadata, request.headers, PREFIXES);
      return { status: 204 };
    case "DELETE":
      if (container.objects.size > 0) throw new Refusal(409);
      account.containers.delete(name);
      return { status: 204 };
    default:
      throw new Refusal(405);
  }
}

/** @throws Refusal 404 */
export function containerOf(account: Account, name: string): Container {
  const container = account.containers.get(name);
  if (!container) throw new Refusal(404);
  return container;
}

/** One that exists keeps its objects, and its metadata is updated. */
function put({ headers }: Request, account: Account, name: string): Answer {
  if (Buffer.byteLength(name) > LONGEST_NAME) throw new Refusal(400);
  const known = account.containers.get(name);
  const metadata = updated(known?.metadata ?? new Map(), headers, PREFIXES);
  if (known) known.metadata = metadata;
  else account.containers.set(name, { created: Date.now(), metadata, objects: new Map() });
  return { status: known ? 202 : 201 };
}

function containerEntries({ containers }: Account): { name: string }[] {
  return [...containers].map(([name, container]) => ({
    ...{ name, count: container.objects.size, bytes: bytesOf(container) },
    last_modified: isoTime(container.created),
  }));
}

function objectEntries({ objects }: Container): { name: string }[] {
  return [...objects].map(([name, { etag, content, contentType, modified }]) => ({
    ...{ name, hash: etag, bytes: content.length, content_type: contentType },
    last_modified: isoTime(modified),
  }));
}

function accountHeaders({ containers, metadata }: Account): Record<string, string> {
  const all = [...containers.values()];
  return {
    ...Object.fromEntries(metadata),
    "x-account-container-count": String(all.length),
    "x-account-object-count": String(all.reduce((sum, { objects }) => sum + objects.size, 0)),
    "x-account-bytes-used": String(all.reduce((sum, it) => sum + bytesOf(it), 0)),
  };
}

function containerHeaders(container: Container): Record<string, string> {
  return {
    ...Object.fromEntries(container.metadata),
    "x-container-object-count": String(container.objects.size),
    "x-container-bytes-used": String(bytesOf(container)),
    "x-timestamp": (container.created / 1000).toFixed(5),
    "x-storage-policy": "Policy-0",
  };
}

/** As listings write times: microseconds, and no zone. */
function isoTime(at: number): string {
  return new Date(at).toISOString().replace(/Z$/, "000");
}
