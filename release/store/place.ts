import { join } from "node:path";
import { localFolder } from "../engine/stateFolder.ts";
import { UserError } from "../../lib/userError.ts";
import type { S3Place } from "./s3Store.ts";
import { FileStore } from "./fileStore.ts";
import type { Store } from "./store.ts";

/**
 * The store of one stack, beside its state.
 *
 * @param url As Pulumi takes it for its backend, or as `release.store` has it.
 */
export async function openStore(url: string, project: string, stack: string): Promise<Store> {
  const within = `.pulumi/releases/${project}/${stack}`;
  const folder = localFolder(url);
  if (folder !== undefined) return new FileStore(join(folder, within));
  if (url.startsWith("s3://")) return openBucket(url, within);
  throw new UserError(
    `The state is kept at ${url}, which can't hold the lock of a release. Name a place that can: ` +
      "pulumi config set --path release.store s3://bucket, or file:///folder",
  );
}

/** A folder of a bucket. What speaks S3 is loaded for it alone: that takes half a second. */
export async function openBucket(url: string, within: string): Promise<Store> {
  // It warns of versions to come; ours is pinned, and runs on Node 20.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  const { S3Store } = await import("./s3Store.ts");
  const place = s3Place(url);
  return new S3Store({ ...place, prefix: `${place.prefix}${within}/` });
}

/** Reads the parameters that Pulumi's own backend takes. */
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
