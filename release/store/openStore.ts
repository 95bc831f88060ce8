import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { UserError } from "../../lib/userError.ts";
import type { S3Place } from "./s3Store.ts";
import { FileStore } from "./fileStore.ts";
import { ProvenStore } from "./provenStore.ts";
import { ReadBackStore } from "./readBackStore.ts";
import type { Store } from "./store.ts";

/**
 * The store of one stack, next to its state.
 *
 * @param url The URL of Pulumi's backend, or the value of `release.store`.
 */
export async function openStore(url: string, project: string, stack: string): Promise<Store> {
  const path = `.pulumi/releases/${project}/${stack}`;
  const folder = localFolder(url);
  if (folder !== undefined) return new ReadBackStore(new FileStore(join(folder, path)));
  if (url.startsWith("s3://")) {
    return new ReadBackStore(new ProvenStore(await openBucket(url, path)));
  }
  throw new UserError(
    `The state is at ${url}, which can't hold the lock of a release. Name a place that can: ` +
      "pulumi config set --path release.store s3://bucket, or file:///folder",
  );
}

/** Where a `file://` backend keeps its state; undefined for any other backend. */
export function localFolder(url: string): string | undefined {
  const path = /^file:\/\/([^?]*)/.exec(url)?.[1];
  return path === undefined ? undefined : resolve(path.replace(/^\/?~(?=\/|$)/, homedir()));
}

/** A folder in a bucket. The S3 client is loaded only here: it takes half a second. */
export async function openBucket(url: string, folder: string): Promise<Store> {
  // The client warns of future Node versions; ours is pinned, and runs on Node 20.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  const { S3Store } = await import("./s3Store.ts");
  const place = s3Place(url);
  return new S3Store({ ...place, prefix: `${place.prefix}${folder}/` });
}

/** Understands the parameters of Pulumi's own S3 backend. */
export function s3Place(url: string): S3Place {
  const { host, pathname, searchParams } = new URL(url);
  const prefix = pathname.replace(/^\/+|\/+$/g, "");
  const endpoint = searchParams.get("endpoint");
  const region = searchParams.get("region");
  const isPlain = searchParams.get("disableSSL") === "true";
  const scheme = isPlain ? "http" : "https";
  return {
    bucket: host,
    prefix: prefix === "" ? "" : `${prefix}/`,
    ...(region !== null && { region }),
    ...(endpoint !== null && {
      endpoint: /^https?:\/\//.test(endpoint) ? endpoint : `${scheme}://${endpoint}`,
    }),
    pathStyle:
      searchParams.get("s3ForcePathStyle") === "true" ||
      searchParams.get("use_path_style") === "true",
  };
}
