import type { DigitalOcean } from "./index.ts";

/** Asks an emulated account by its API, as a hand-written script does. */
export class DigitalOceanClient {
  readonly #cloud: Pick<DigitalOcean, "url" | "token">;

  constructor(cloud: Pick<DigitalOcean, "url" | "token">) {
    this.#cloud = cloud;
  }

  /** One kind of resource of the account, such as `droplets`, as the API lists it. */
  async list<Entry>(kind: string, query = ""): Promise<Entry[]> {
    const answer = await this.ask<Record<string, Entry[]>>(
      "GET",
      `/v2/${kind}?per_page=200${query}`,
    );
    return answer[kind.split("/").at(-1) ?? ""] ?? [];
  }

  /** One call. @throws Error with the status */
  async ask<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const { url, token } = this.#cloud;
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as Answer;
  }
}
