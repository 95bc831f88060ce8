/** A browser, as far as forms and cookies go. */
export class Visitor {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #cookies = new Map<string, string>();

  /** @param headers Of each request, such as those that a proxy in front adds. */
  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    this.#url = url;
    this.#headers = headers;
  }

  async get(path: string): Promise<{ status: number; text: string; headers: Headers }> {
    return this.#ask(path, { method: "GET" });
  }

  /** Sends a form, with Django's token if a page has set one; returns the status of the answer itself. */
  async post(path: string, fields: Readonly<Record<string, string>>): Promise<number> {
    const token = this.#cookies.get("csrftoken");
    const body = new URLSearchParams({
      ...fields,
      ...(token !== undefined && { csrfmiddlewaretoken: token }),
    });
    return (await this.#ask(path, { method: "POST", body })).status;
  }

  async #ask(path: string, init: RequestInit) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(`${this.#url}${path}`, {
      ...init,
      redirect: "manual",
      headers: { ...this.#headers, ...(cookie && { cookie }) },
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.#cookies.set(name, value);
    }
    return {
      ...{ status: response.status, headers: response.headers },
      text: await response.text(),
    };
  }
}
