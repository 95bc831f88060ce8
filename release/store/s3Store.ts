import { readFileSync } from "node:fs";
import { Agent } from "node:https";
import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { UserError } from "../../lib/userError.ts";
import type { Store, Stored } from "./store.ts";

/** The parts of `s3://bucket/prefix?endpoint=…&region=…`, as for Pulumi's backend. */
export interface S3Place {
  readonly bucket: string;
  /** Empty, or ending with a slash. */
  readonly prefix: string;
  readonly region?: string;
  readonly endpoint?: string;
  readonly pathStyle: boolean;
}

const CALL_MS = 15_000;

/** S3 storage with conditional writes; the version of a text is its ETag. */
export class S3Store implements Store {
  readonly place: string;
  readonly #at: S3Place;
  readonly #client: S3Client;

  constructor(at: S3Place) {
    this.#at = at;
    this.place = `s3://${at.bucket}/${at.prefix}`;
    this.#client = new S3Client({
      ...(at.region !== undefined && { region: at.region }),
      ...(at.endpoint !== undefined && { endpoint: at.endpoint }),
      forcePathStyle: at.pathStyle,
      // Storage of other vendors does not support the newer checksums.
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
      ...trusting(process.env["AWS_CA_BUNDLE"]),
    });
  }

  async read(name: string): Promise<Stored | undefined> {
    return this.#call(async (abortSignal) => {
      const command = new GetObjectCommand(this.#object(name));
      const found = await this.#client.send(command, { abortSignal }).catch((error: unknown) => {
        if (statusOf(error) === 404 && !isBucketMissing(error)) return undefined;
        throw error;
      });
      if (!found) return undefined;
      return { text: (await found.Body?.transformToString()) ?? "", version: found.ETag ?? "" };
    });
  }

  async write(name: string, text: string, version?: string): Promise<string | undefined> {
    const condition = version === undefined ? { IfNoneMatch: "*" } : { IfMatch: version };
    return this.#call(async (abortSignal) => {
      const command = new PutObjectCommand({ ...this.#object(name), Body: text, ...condition });
      const put = await this.#client.send(command, { abortSignal }).catch((error: unknown) => {
        // Another writer was first, or writes right now, or the object was removed.
        if ([412, 409, 404].includes(statusOf(error)) && !isBucketMissing(error)) return undefined;
        throw error;
      });
      return put?.ETag;
    });
  }

  async list(prefix: string): Promise<readonly string[]> {
    const { bucket, prefix: before } = this.#at;
    const names: string[] = [];
    let token: string | undefined;
    do {
      const page = await this.#call((abortSignal) =>
        this.#client.send(
          new ListObjectsV2Command({
            Bucket: bucket,
            Prefix: before + prefix,
            ContinuationToken: token,
          }),
          { abortSignal },
        ),
      );
      for (const { Key = "" } of page.Contents ?? []) names.push(Key.slice(before.length));
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return names.sort();
  }

  #object(name: string) {
    return { Bucket: this.#at.bucket, Key: this.#at.prefix + name };
  }

  async #call<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await work(AbortSignal.timeout(CALL_MS));
    } catch (error) {
      throw new UserError(
        `${this.place}, which stores the releases, has failed: ${(error as Error).message}\n` +
          "Check its key and endpoint, or name another place: " +
          "pulumi config set --path release.store s3://…",
      );
    }
  }
}

/** Pulumi's backend trusts the authorities in this file; Node ignores it. */
function trusting(bundle: string | undefined) {
  if (!bundle) return {};
  return {
    requestHandler: { httpsAgent: new Agent({ ca: readFileSync(bundle), keepAlive: true }) },
  };
}

/** A name that was mistyped, unlike an object that nobody has written yet. */
function isBucketMissing(error: unknown): boolean {
  return (error as Error).name === "NoSuchBucket";
}

function statusOf(error: unknown): number {
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  return $metadata?.httpStatusCode ?? 0;
}
