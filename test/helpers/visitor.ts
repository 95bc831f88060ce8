import { Agent, request } from "undici";
import type { LoadTls } from "../../load/client.ts";

export interface Page {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** A browser, as far as forms and cookies go. */
export class Visitor {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #agent: Agent;
  readonly #cookies = new Map<string, string>();

  /** @param headers Of each request, such as those that a proxy in front adds. */
  constructor(url: string, headers: Readonly<Record<string, string>> = {}, tls?: LoadTls) {
    this.#url = url;
    this.#headers = headers;
    this.#agent = new Agent(tls && { connect: { ca: tls.ca, servername: tls.serverName } });
  }

  get(path: string): Promise<Page> {
    return this.#ask(path, "GET");
  }

  /** Sends a form, with Django's token if a page has set one; redirects are not followed. */
  async post(path: string, fields: Readonly<Record<string, string>>): Promise<number> {
    const token = this.#cookies.get("csrftoken");
    const all = { ...fields, ...(token !== undefined && { csrfmiddlewaretoken: token }) };
    return (await this.#ask(path, "POST", new URLSearchParams(all).toString())).status;
  }

  /** Not by `fetch`, which sets the host itself. */
  async #ask(path: string, method: "GET" | "POST", body?: string): Promise<Page> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await request(`${this.#url}${path}`, {
      ...{ method, dispatcher: this.#agent },
      headers: {
        ...this.#headers,
        ...(cookie && { cookie }),
        ...(body !== undefined && { "content-type": "application/x-www-form-urlencoded" }),
      },
      ...(body !== undefined && { body }),
    });
    for (const line of [answer.headers["set-cookie"] ?? []].flat()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.#cookies.set(name, value);
    }
    const { statusCode: status, headers } = answer;
    return { status, headers, text: await answer.body.text() };
  }
}
