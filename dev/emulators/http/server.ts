import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import type { Call } from "./callLog.ts";
import type { CallFaults, Fault } from "./faults.ts";

/** What answers behind the server. */
export interface Api {
  readonly faults: CallFaults;
  /** Largest body that it takes, in bytes; a client that sends more is cut off. */
  readonly largestBody: number;
  /** A path as faults and the log name it: what is a value there stands in braces. */
  pattern(method: string, path: string): string;
  /** Never rejects: what goes wrong is an answer too. */
  answer(asked: Asked): Promise<Sent>;
  /** The answer that a fault gives. */
  failure(status: number): Sent;
}

export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  /** As it came; empty for none. */
  readonly body: Buffer;
}

export interface Sent {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** An API's HTTP side: one connection's requests in, answers and faults out. */
export class ApiServer {
  readonly calls: Call[] = [];
  readonly #api: Api;
  readonly #server: Server;
  readonly #serving = new Set<Promise<void>>();

  constructor(api: Api) {
    this.#api = api;
    this.#server = createServer((request, response) => {
      const serving = this.#serve(request, response).finally(() => this.#serving.delete(serving));
      this.#serving.add(serving);
    });
  }

  /** @returns its URL, without a path */
  async listen(host: string, port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, host, resolve);
    });
    const { address, port: taken } = this.#server.address() as AddressInfo;
    return `http://${address}:${taken}`;
  }

  /** Cuts all connections, also of requests that hang, and waits for what they began. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
    await Promise.all(this.#serving);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = Date.now();
    const { method = "", headers } = request;
    const url = new URL(request.url ?? "/", `http://${headers.host ?? "localhost"}`);
    const pattern = this.#api.pattern(method, url.pathname);
    const log = once((status: number) => {
      const milliseconds = Date.now() - at;
      this.calls.push({ at, method, pattern, path: url.pathname, status, milliseconds });
    });
    response.once("finish", () => log(response.statusCode));
    // A client that gives up, and one that is cut off, got no answer.
    response.once("close", () => log(0));
    const fault = this.#api.faults.take(method, pattern, url.pathname);
    if (fault && fault.when !== "after") return this.#strike(fault, response);
    const body = await readBody(request, this.#api.largestBody);
    if (body === undefined) return void response.destroy();
    const answer = await this.#api.answer({ method, url, headers, body });
    if (fault) return this.#strike(fault, response);
    send(response, answer);
  }

  #strike({ how, onStrike }: Fault, response: ServerResponse): void {
    onStrike?.();
    // Nothing is ever written to a request that hangs: the client's patience ends it, or close().
    if (how === "hang") return;
    if (how === "reset") {
      response.socket?.resetAndDestroy();
      return;
    }
    send(response, this.#api.failure(how));
  }
}

function once(happen: (status: number) => void): (status: number) => void {
  let hasHappened = false;
  return (status) => {
    if (!hasHappened) happen(status);
    hasHappened = true;
  };
}

/** Undefined when the client went away or sent too much. */
async function readBody(request: IncomingMessage, largest: number): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of request) {
      parts.push(part as Buffer);
      size += (part as Buffer).length;
      if (size > largest) return undefined;
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(parts);
}

function send(response: ServerResponse, { status, headers, body }: Sent): void {
  response.writeHead(status, headers);
  response.end(body);
}
