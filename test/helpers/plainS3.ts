import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface PlainS3Options {
  /** Headers that it ignores, as storage does that predates them. */
  readonly ignores?: readonly ("if-none-match" | "if-match")[];
  /** Refuses the checksums that newer SDKs add, as OVH, Spaces and R2 have done. */
  readonly refusesChecksums?: boolean;
}

/** One bucket of an S3 service of limited abilities, in memory. */
export class PlainS3 {
  readonly objects = new Map<string, string>();
  /** Headers of checksums that it has received. */
  readonly checksums: string[] = [];
  readonly #server: Server;
  readonly #options: PlainS3Options;

  private constructor(options: PlainS3Options) {
    this.#options = options;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(options: PlainS3Options = {}): Promise<PlainS3> {
    const s3 = new PlainS3(options);
    await new Promise<void>((resolve) => s3.#server.listen(0, "127.0.0.1", resolve));
    return s3;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `s3://releases?endpoint=127.0.0.1:${port}&region=x&s3ForcePathStyle=true&disableSSL=true`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://s3");
    const [, bucket, ...rest] = decodeURIComponent(pathname).split("/");
    const key = rest.join("/");
    const body = await text(request);
    if (bucket !== "releases") return refuse(response, 404, "NoSuchBucket");
    const checksums = Object.entries(request.headers).filter(
      ([name, value]) =>
        /^x-amz-(checksum|sdk-checksum|trailer)/.test(name) ||
        String(value).includes("aws-chunked"),
    );
    this.checksums.push(...checksums.map(([name]) => name));
    if (this.#options.refusesChecksums === true && checksums.length > 0) {
      return refuse(response, 501, "NotImplemented");
    }
    if (key === "") {
      return this.#list(
        response,
        searchParams.get("prefix") ?? "",
        searchParams.get("delimiter") ?? "",
      );
    }
    if (request.method === "PUT") return this.#put(request, response, key, body);
    if (request.method === "DELETE") {
      this.objects.delete(key);
      response.writeHead(204).end();
      return;
    }
    const found = this.objects.get(key);
    if (found === undefined) return refuse(response, 404, "NoSuchKey");
    response.writeHead(200, {
      etag: etagOf(found),
      "content-length": Buffer.byteLength(found),
      "last-modified": new Date().toUTCString(),
    });
    response.end(request.method === "HEAD" ? "" : found);
  }

  #put({ headers }: IncomingMessage, response: ServerResponse, key: string, body: string): void {
    const found = this.objects.get(key);
    const asks = (name: "if-none-match" | "if-match") =>
      this.#options.ignores?.includes(name) === true ? undefined : headers[name];
    const isTaken = asks("if-none-match") === "*" && found !== undefined;
    const version = asks("if-match");
    const isOther = version !== undefined && (!found || etagOf(found) !== version);
    if (isTaken || isOther) return refuse(response, 412, "PreconditionFailed");
    const from = headers["x-amz-copy-source"];
    const copied = from === undefined ? undefined : decodeURIComponent(String(from));
    const text = copied === undefined ? body : this.objects.get(copied.replace(/^\/?[^/]+\//, ""));
    if (text === undefined) return refuse(response, 404, "NoSuchKey");
    this.objects.set(key, text);
    response.writeHead(200, { etag: etagOf(text) });
    response.end(
      copied === undefined
        ? ""
        : `<CopyObjectResult><ETag>${etagOf(text)}</ETag></CopyObjectResult>`,
    );
  }

  #list(response: ServerResponse, prefix: string, delimiter: string): void {
    const all = [...this.objects.keys()].filter((key) => key.startsWith(prefix)).sort();
    const folderOf = (key: string) => {
      const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
      return end < 0 ? "" : key.slice(0, end + 1);
    };
    const keys = all.filter((key) => folderOf(key) === "");
    const folders = [...new Set(all.map(folderOf))].filter((folder) => folder !== "");
    const contents = keys.map(
      (key) =>
        `<Contents><Key>${key}</Key><Size>${this.objects.get(key)?.length}</Size>` +
        `<LastModified>${new Date().toISOString()}</LastModified></Contents>`,
    );
    response.writeHead(200, { "content-type": "application/xml" });
    response.end(
      `<ListBucketResult><Name>releases</Name><IsTruncated>false</IsTruncated>` +
        contents.join("") +
        folders
          .map((folder) => `<CommonPrefixes><Prefix>${folder}</Prefix></CommonPrefixes>`)
          .join("") +
        "</ListBucketResult>",
    );
  }
}

function etagOf(body: string): string {
  return `"${createHash("md5").update(body).digest("hex")}"`;
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { "content-type": "application/xml" });
  response.end(`<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}
