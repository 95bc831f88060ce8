import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { OpenStackAccount } from "../../settings/types.ts";

export type Answer = (response: ServerResponse) => void;

export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  };

export const REFUSED = json(401, { error: { code: 401, message: "requires authentication" } });

/** A request to a service, such as `GET /GRA/network/v2.0/ports`. */
export type Answering = (call: string, request: IncomingMessage, body: string) => Answer;

/**
 * A Keystone for two regions, SBG with Nova alone, and services that return what a test sets. Its
 * tokens are `token-1`, `token-2` and so on.
 */
export class OpenStackServer {
  readonly account: OpenStackAccount;
  readonly #server: Server;
  readonly #url: string;
  #tokens = 0;

  private constructor(server: Server) {
    this.#server = server;
    this.#url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.account = {
      ...{ authUrl: `${this.#url}/identity/v3`, region: "GRA", tenantId: "p1" },
      ...{ userName: "ann", userDomainId: "default", password: "right" },
    };
  }

  static async start(answering: Answering): Promise<OpenStackServer> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const started = new OpenStackServer(server);
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      void started.#answer(request, answering).then((answer) => answer(response));
    });
    return started;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, answering: Answering): Promise<Answer> {
    const body = await text(request);
    const call = `${request.method} ${request.url}`;
    if (call !== "POST /identity/v3/auth/tokens") return answering(call, request, body);
    return body.includes('"password":"right"') ? this.#token() : REFUSED;
  }

  #token(): Answer {
    this.#tokens += 1;
    const endpoint = (region: string, path: string) => ({
      ...{ interface: "public", region, url: `${this.#url}/${region}${path}` },
    });
    const catalog = [
      { type: "compute", endpoints: ["GRA", "SBG"].map((at) => endpoint(at, "/compute")) },
      { type: "network", endpoints: [endpoint("GRA", "/network/")] },
      { type: "image", endpoints: [endpoint("GRA", "/image")] },
      { type: "object-store", endpoints: [endpoint("GRA", "/swift/v1/AUTH_p1")] },
      { type: "key-manager", endpoints: [endpoint("GRA", "/barbican")] },
      { type: "load-balancer", endpoints: [endpoint("GRA", "/octavia/v2.0")] },
    ];
    const token = { project: { id: "p1" }, catalog };
    return json(201, { token }, { "x-subject-token": `token-${this.#tokens}` });
  }
}
