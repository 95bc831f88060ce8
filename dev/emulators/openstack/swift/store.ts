import { createHash } from "node:crypto";

/** Headers by their names in lower case, such as `x-container-meta-color`. */
export type Metadata = ReadonlyMap<string, string>;

export interface StoredObject {
  readonly content: Buffer;
  readonly contentType: string;
  /** MD5 of the content, in hexadecimal digits. */
  readonly etag: string;
  /** Milliseconds since the epoch. */
  readonly modified: number;
  readonly metadata: Metadata;
}

export interface Container {
  readonly created: number;
  metadata: Metadata;
  /** By name. */
  readonly objects: Map<string, StoredObject>;
}

/** What one project keeps. */
export interface Account {
  metadata: Metadata;
  /** By name. */
  readonly containers: Map<string, Container>;
}

export function newObject(content: Buffer, contentType: string, metadata: Metadata): StoredObject {
  return { content, contentType, etag: etagOf(content), modified: Date.now(), metadata };
}

export function etagOf(content: Buffer): string {
  return createHash("md5").update(content).digest("hex");
}

export function bytesOf({ objects }: Container): number {
  return [...objects.values()].reduce((sum, { content }) => sum + content.length, 0);
}

/**
 * What a request's headers leave of the metadata: a value replaces, an empty one and the same name
 * with `x-remove-` take away.
 * @param prefixes of the names that are metadata here
 */
export function updated(
  metadata: Metadata,
  headers: Readonly<Record<string, string>>,
  prefixes: readonly string[],
): Metadata {
  const all = new Map(metadata);
  for (const [name, value] of Object.entries(headers)) {
    const own = name.replace(/^x-remove-/, "x-");
    if (!prefixes.some((prefix) => own.startsWith(prefix))) continue;
    if (value === "" || own !== name) all.delete(own);
    else all.set(own, value);
  }
  return all;
}
