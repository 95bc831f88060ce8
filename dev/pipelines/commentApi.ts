import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";

export interface Comment {
  readonly id: number;
  readonly body: string;
}

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** Where GitHub has the comments of the pull request 7 of acme/shop, and GitLab those of the merge request 7. */
const LIST = [
  /^(\/api\/v3)?\/repos\/acme\/shop\/issues\/7\/comments$/,
  /^\/api\/v4\/projects\/(42|acme%2Fshop)\/merge_requests\/7\/notes$/,
];
const ONE: readonly (readonly [string, RegExp])[] = [
  ["PATCH", /^(?:\/api\/v3)?\/repos\/acme\/shop\/issues\/comments\/(\d+)$/],
  ["PUT", /^\/api\/v4\/projects\/(?:42|acme%2Fshop)\/merge_requests\/7\/notes\/(\d+)$/],
];

/** The comments of one change, by the parts of GitHub's and GitLab's API that a preview needs. */
export class CommentApi {
  readonly token: string;
  readonly url: string;
  comments: Comment[] = [];
  readonly #server: ReturnType<typeof createServer>;

  private constructor(server: ReturnType<typeof createServer>, url: string, token: string) {
    this.#server = server;
    this.url = url;
    this.token = token;
  }

  static async start(token: string, tls?: Certificate): Promise<CommentApi> {
    const answer = (request: IncomingMessage, response: ServerResponse) =>
      void api.#answer(request, response);
    const server = tls ? createTlsServer(tls, answer) : createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const url = tls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`;
    const api = new CommentApi(server, url, token);
    return api;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", headers } = request;
    const { pathname, searchParams } = new URL(request.url ?? "/", this.url);
    const end = (status: number, value: unknown) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(value));
    };
    const isKnown =
      headers.authorization === `Bearer ${this.token}` || headers["private-token"] === this.token;
    if (!isKnown) return end(401, { message: "Bad credentials" });
    const isList = LIST.some((path) => path.test(pathname));
    if (method === "GET" && isList) return end(200, this.#page(searchParams));
    const { body = "" } = JSON.parse(await textOf(request)) as { body?: string };
    if (method === "POST" && isList) {
      this.comments.push({ id: this.comments.length + 1000, body });
      return end(201, this.comments.at(-1));
    }
    const id = Number(
      ONE.flatMap(([verb, path]) => (verb === method ? (path.exec(pathname)?.[1] ?? []) : []))[0],
    );
    if (!this.comments.some((comment) => comment.id === id))
      return end(404, { message: "Not Found" });
    this.comments = this.comments.map((comment) => (comment.id === id ? { id, body } : comment));
    return end(200, { id, body });
  }

  #page(query: URLSearchParams): Comment[] {
    const size = Number(query.get("per_page") ?? 30);
    const page = Number(query.get("page") ?? 1);
    return this.comments.slice((page - 1) * size, page * size);
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}
