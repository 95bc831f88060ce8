import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Cloud } from "../cloud/cloud.ts";
import type { Answering, Described } from "./answering.ts";
import type { Call } from "./callLog.ts";
import { type Fault, faultError, RETRY_AFTER } from "./faults.ts";
import type { Reply } from "./handler.ts";
import type { Allowance } from "./rateLimit.ts";

const LARGEST_BODY = 2 ** 20;

/** The API's HTTP side: one connection's requests in, answers and faults out. */
export class ApiServer {
  readonly calls: Call[] = [];
  readonly #answering: Answering;
  readonly #cloud: Cloud;
  readonly #server: Server;
  readonly #serving = new Set<Promise<void>>();

  constructor(cloud: Cloud, answering: Answering) {
    this.#cloud = cloud;
    this.#answering = answering;
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
    const method = request.method ?? "";
    const url = new URL(request.url ?? "/", `http://${request.headers.host ?? "localhost"}`);
    const described = this.#answering.describe(method, url.pathname);
    const pattern = described?.operation.pattern ?? url.pathname;
    const log = once((status: number) => {
      const milliseconds = Date.now() - at;
      this.calls.push({ at, method, pattern, path: url.pathname, status, milliseconds });
    });
    response.once("finish", () => log(response.statusCode));
    // A client that gives up, and one that is cut off, got no answer.
    response.once("close", () => log(0));
    const fault = this.#cloud.options.faults.take(method, pattern, url.pathname);
    if (fault && fault.when !== "after") return strike(fault, response);
    await this.#answer(request, response, url, described, fault);
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    described: Described | undefined,
    fault: Fault | undefined,
  ): Promise<void> {
    const allowance = this.#answering.allow();
    const body = await readBody(request);
    if (body === undefined) return void response.destroy();
    const given = { authorization: request.headers.authorization, url, body };
    const reply = await this.#answering.answer(given, request.method ?? "", described, allowance);
    if (fault) return strike(fault, response);
    send(response, reply, allowance);
  }
}

function once(happen: (status: number) => void): (status: number) => void {
  let hasHappened = false;
  return (status) => {
    if (!hasHappened) happen(status);
    hasHappened = true;
  };
}

/** The text of a body; undefined when the client went away or sent too much. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of request) {
      parts.push(part as Buffer);
      size += (part as Buffer).length;
      if (size > LARGEST_BODY) return undefined;
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(parts).toString("utf8");
}

function strike({ how, onStrike }: Fault, response: ServerResponse): void {
  onStrike?.();
  // Nothing is ever written to a request that hangs: the client's patience ends it, or close().
  if (how === "hang") return;
  if (how === "reset") {
    response.socket?.resetAndDestroy();
    return;
  }
  const error = faultError(how);
  const headers = { ...(how === 429 && { "retry-after": RETRY_AFTER }) };
  send(response, { status: how, body: error.body }, { isAllowed: true, headers });
}

function send(response: ServerResponse, { status, body }: Reply, { headers }: Allowance): void {
  const isError = status >= 400;
  const all = isError ? { ...body, request_id: randomUUID() } : body;
  // The vendor sends the limits' headers with every answer, and the type also with an empty one.
  response.writeHead(status, { ...headers, "content-type": "application/json; charset=utf-8" });
  response.end(all === undefined ? undefined : JSON.stringify(all));
}
