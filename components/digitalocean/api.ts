import ky, { HTTPError, type KyInstance, type Options, TimeoutError } from "ky";
import type { Account } from "../../lib/settings/types.ts";

/** The call failed for good; `status` is 0 where nobody answered. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The vendor's largest page. */
const PAGE = 200;

/**
 * What is not answered within half a minute, or with 429 or 5xx, is asked again five times: after half
 * a second, then twice as long each time, or after what the vendor asks for. Its limits are counted by
 * the minute and by the hour, so that two minutes are the longest wait that is worth it.
 */
const RETRY: Options = {
  timeout: 30_000,
  retry: {
    limit: 5,
    methods: ["get", "post", "delete"],
    statusCodes: [429, 500, 502, 503, 504],
    afterStatusCodes: [429, 503],
    maxRetryAfter: 120_000,
    delay: (attempt) => 500 * 2 ** (attempt - 1),
    retryOnTimeout: true,
  },
};

type Method = "get" | "post" | "delete";
type Body = Readonly<Record<string, unknown>>;

/**
 * DigitalOcean's API v2, as far as this program talks to it itself. Only for calls that may be made
 * twice.
 *
 * @see https://docs.digitalocean.com/reference/api/
 */
export class Api {
  readonly #ky: KyInstance;

  /** @param beforeAgain Asked before a change is tried again; what it throws ends the call. */
  constructor({ url, token }: Account, beforeAgain: () => Promise<void> = async () => {}) {
    this.#ky = ky.create({
      ...RETRY,
      prefixUrl: url,
      headers: { authorization: `Bearer ${token}` },
      hooks: {
        beforeRetry: [
          async ({ request, error }) => {
            if (request.method === "GET") return;
            // Where it can't be asked either, the first call's error tells more.
            await beforeAgain().catch((reason: unknown) => {
              throw reason instanceof ApiError ? error : reason;
            });
          },
        ],
      },
    });
  }

  /** @throws ApiError */
  async get<Answer>(path: string): Promise<Answer> {
    return JSON.parse(await this.#call("get", path)) as Answer;
  }

  /** All entries of a list, page by page. @param key What the answer calls the list. */
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

  /** What is gone already is no error. */
  async delete(path: string, body?: Body): Promise<void> {
    await this.#call("delete", path, body).catch((error: unknown) => {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
    });
  }

  async #call(method: Method, path: string, body?: Body): Promise<string> {
    const call = `DigitalOcean, ${method.toUpperCase()} ${path}`;
    try {
      return await this.#ky(path.replace(/^\//, ""), {
        method,
        ...(body && { json: body }),
      }).text();
    } catch (error) {
      // No answer is a TimeoutError, or fetch's TypeError.
      if (error instanceof TimeoutError || error instanceof TypeError) {
        throw new ApiError(0, `${call}: ${reason(error)}`);
      }
      if (!(error instanceof HTTPError)) throw error;
      const { status } = error.response;
      throw new ApiError(status, `${call}: ${status} ${messageIn(await error.response.text())}`);
    }
  }
}

function reason(error: unknown): string {
  const { message, cause } = error as Error;
  return `no answer: ${message}${cause instanceof Error ? ` (${cause.message})` : ""}`;
}

/** The vendor's errors are `{id, message, request_id}`. */
function messageIn(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text.slice(0, 200);
  } catch {
    return text.slice(0, 200);
  }
}
