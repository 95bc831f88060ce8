import {
  createServer,
  type IncomingMessage,
  request as send,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/**
 * How every request to the bucket fares:
 * - `silent`: nothing comes through, and nothing is refused, as in a partition
 * - `failing`: it is answered 503, and nothing is done
 * - `lost answers`: it is done, and the connection ends before the answer
 * - `doubled`: it is done twice, and the second answer arrives
 */
export type Trouble = "silent" | "failing" | "lost answers" | "doubled";

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** Stands between the commands and a bucket. */
export class BucketProxy {
  trouble: Trouble | undefined;
  readonly #bucketPort: number;
  readonly #bucketUrl: string;
  readonly #server: Server;

  private constructor(bucketUrl: string) {
    this.#bucketUrl = bucketUrl;
    this.#bucketPort = Number(/127\.0\.0\.1:(\d+)/.exec(bucketUrl)?.[1]);
    this.#server = createServer((request, response) => {
      this.#forward(request, response).catch(() => response.destroy());
    });
  }

  static async start(bucketUrl: string): Promise<BucketProxy> {
    const proxy = new BucketProxy(bucketUrl);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  /** The bucket's, through this proxy. */
  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return this.#bucketUrl.replace(`:${this.#bucketPort}`, `:${port}`);
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const { trouble } = this;
    // The client gives up, or the server is stopped.
    if (trouble === "silent") return;
    if (trouble === "failing") {
      response.writeHead(503, { "content-type": "application/xml" });
      response.end("<Error><Code>SlowDown</Code><Message>SlowDown</Message></Error>");
      return;
    }
    let answer = await this.#ask(request, body);
    if (trouble === "doubled") answer = await this.#ask(request, body);
    if (trouble === "lost answers") return void response.destroy();
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  }

  #ask({ method, url, headers }: IncomingMessage, body: Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const options = {
        ...{ host: "127.0.0.1", port: this.#bucketPort, agent: false as const },
        ...{ method, path: url, headers: { ...headers, connection: "close" } },
      };
      const asked = send(options, (answer) => {
        void buffer(answer).then(
          (text) =>
            resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }),
          reject,
        );
      });
      asked.on("error", reject);
      asked.end(body);
    });
  }
}
