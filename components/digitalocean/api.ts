import type { KyInstance } from "ky";
import type { Account } from "../../settings/types.ts";
import { ApiError, callError, patientClient } from "../cloud/apiClient.ts";

/** The vendor's largest page. */
const PAGE = 200;

type Method = "get" | "post" | "delete";
type Body = Readonly<Record<string, unknown>>;

/**
 * The calls to DigitalOcean's API v2 that this program makes itself. Only for calls that are safe to
 * repeat.
 *
 * @see https://docs.digitalocean.com/reference/api/
 */
export class Api {
  readonly #ky: KyInstance;

  /** @param beforeAgain Called before a change is retried; an error from it ends the call. */
  constructor({ url, token }: Account, beforeAgain: () => Promise<void> = async () => {}) {
    this.#ky = patientClient(
      { prefixUrl: url, headers: { authorization: `Bearer ${token}` } },
      beforeAgain,
    );
  }

  /** @throws ApiError */
  async get<Answer>(path: string): Promise<Answer> {
    return JSON.parse(await this.#call("get", path)) as Answer;
  }

  /** All entries of a list, page by page. @param key The list's key in the response. */
  async list<Entry>(path: string, key: string): Promise<Entry[]> {
    const joint = path.includes("?") ? "&" : "?";
    const entries: Entry[] = [];
    for (let page = 1; ; page++) {
      const query = `${joint}per_page=${PAGE}&page=${page}`;
      const answer = await this.get<Record<string, Entry[]>>(path + query);
      const found = answer[key] ?? [];
      entries.push(...found);
      if (found.length < PAGE) return entries;
    }
  }

  async post(path: string, body: Body): Promise<void> {
    await this.#call("post", path, body);
  }

  /** Ignores 404: it is already gone. */
  async delete(path: string, body?: Body): Promise<void> {
    await this.#call("delete", path, body).catch((error: unknown) => {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
    });
  }

  async #call(method: Method, path: string, body?: Body): Promise<string> {
    try {
      return await this.#ky(path.replace(/^\//, ""), {
        method,
        ...(body && { json: body }),
      }).text();
    } catch (error) {
      throw await callError(`DigitalOcean, ${method.toUpperCase()} ${path}`, error, messageIn);
    }
  }
}

/** The vendor's errors are `{id, message, request_id}`. */
function messageIn(body: unknown): string | undefined {
  return (body as { message?: string }).message;
}

/** For programs that get the account in their environment. */
export function digitalOceanAccount(): Account {
  const { DIGITALOCEAN_TOKEN: token = "", DIGITALOCEAN_API_URL: url = "" } = process.env;
  return { token, url };
}

export function digitalOceanEnvironment({ token, url }: Account): Record<string, string> {
  return { DIGITALOCEAN_TOKEN: token, DIGITALOCEAN_API_URL: url };
}
