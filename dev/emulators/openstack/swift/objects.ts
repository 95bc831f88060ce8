import type { Answer, Request } from "../http/service.ts";
import { Refusal } from "./refusal.ts";
import { type Container, etagOf, newObject, type StoredObject, updated } from "./store.ts";

const PREFIXES = ["x-object-meta-", "content-disposition", "content-encoding", "cache-control"];
const LONGEST_NAME = 1024;

/** One object: `/v1/AUTH_<project>/<container>/<object>`, whose name may hold slashes. */
export function onObject(request: Request, container: Container, name: string): Answer {
  if (request.method === "PUT") return put(request, container, name);
  const object = container.objects.get(name);
  if (!object) throw new Refusal(404);
  switch (request.method) {
    case "GET":
    case "HEAD":
      return read(request, object);
    case "POST":
      container.objects.set(name, described(request, object));
      return { status: 202 };
    case "DELETE":
      container.objects.delete(name);
      return { status: 204 };
    default:
      throw new Refusal(405);
  }
}

/** @throws Refusal 412 where it exists and may not, 422 where the content is not the named one */
function put({ headers, body }: Request, container: Container, name: string): Answer {
  if (Buffer.byteLength(name) > LONGEST_NAME) throw new Refusal(400);
  if (headers["if-none-match"] === "*" && container.objects.has(name)) throw new Refusal(412);
  const content = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  const wanted = headers["etag"]?.replaceAll('"', "").toLowerCase();
  if (wanted && wanted !== etagOf(content)) throw new Refusal(422);
  const type = headers["content-type"] ?? "application/octet-stream";
  const object = newObject(content, type, updated(new Map(), headers, PREFIXES));
  container.objects.set(name, object);
  return { status: 201, headers: identity(object) };
}

function read({ method, headers }: Request, object: StoredObject): Answer {
  const { content, contentType, etag, metadata, modified } = object;
  const known = headers["if-none-match"]?.replaceAll('"', "");
  if (known === etag || known === "*") return { status: 304, headers: identity(object) };
  const all = {
    ...{ ...Object.fromEntries(metadata), ...identity(object), "content-type": contentType },
    "content-length": String(content.length),
    "x-timestamp": (modified / 1000).toFixed(5),
  };
  return { status: 200, headers: all, ...(method === "GET" && { body: content }) };
}

/** An object's metadata is replaced as a whole. */
function described({ headers }: Request, object: StoredObject): StoredObject {
  const contentType = headers["content-type"] ?? object.contentType;
  return { ...object, contentType, metadata: updated(new Map(), headers, PREFIXES) };
}

function identity({ etag, modified }: StoredObject): Record<string, string> {
  return { etag, "last-modified": new Date(modified).toUTCString() };
}
