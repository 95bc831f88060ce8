import { setTimeout as sleep } from "node:timers/promises";
import type { Configuration } from "./configuration.ts";
import { isRetried, retryWait } from "./retries.ts";
import { text } from "./text.ts";

/** What the API answers: JSON, in the vendor's names. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Answer = Record<string, Json>;
export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** An answer other than 2xx, in the words of the vendor's Go client. */
export class ApiError extends Error {
  readonly status: number;

  constructor(request: string, status: number, detail: string) {
    super(`${request}: ${status} ${detail}`);
    this.name = "ApiError";
    this.status = status;
  }
}

/** The status of the answer that an error comes from, also where words were put before it. */
export function statusOf(error: unknown): number | undefined {
  if (error instanceof ApiError) return error.status;
  return error instanceof Error ? statusOf(error.cause) : undefined;
}

/** A client of the vendor's API with the official client's retries and throttle. */
export class Api {
  private readonly configuration: Configuration;
  private free = 0;

  constructor(configuration: Configuration) {
    this.configuration = configuration;
  }

  /**
   * Sends a request; gives the answer's JSON, empty where it has none. Every method is sent again
   * after 429, 5xx or a lost connection, as the official client does, POST too.
   */
  async send(method: Method, path: string, body?: Json): Promise<Answer> {
    await this.turn();
    const url = new URL(path, `${this.configuration.endpoint.replace(/\/*$/, "")}/`);
    for (let attempt = 0; ; attempt++) {
      const answer = await this.attempt(method, url, body);
      const last = attempt >= this.configuration.retryMax;
      if (answer instanceof Response && (!isRetried(answer.status) || last)) {
        return await answerOf(
          answer,
          `${method} ${url.href}`,
          isRetried(answer.status) ? attempt + 1 : 0,
        );
      }
      if (answer instanceof Error && last) throw answer;
      await sleep(retryWait(attempt, answer, this.configuration));
      if (answer instanceof Response) await answer.body?.cancel();
    }
  }

  private async attempt(method: Method, url: URL, body: Json | undefined) {
    try {
      return await fetch(url, {
        method,
        headers: {
          Authorization: `Bearer ${this.configuration.token}`,
          Accept: "application/json",
          ...(method === "GET" ? {} : { "Content-Type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      const { cause } = error as { cause?: Error };
      return new Error(`${method} ${url.href}: ${(cause ?? (error as Error)).message}`, {
        cause: error,
      });
    }
  }

  /** One request at a time may start, at the configured distance. */
  private async turn(): Promise<void> {
    const { requestsPerSecond } = this.configuration;
    if (requestsPerSecond <= 0) return;
    const now = Date.now();
    const start = Math.max(now, this.free);
    this.free = start + 1000 / requestsPerSecond;
    if (start > now) await sleep(start - now);
  }
}

async function answerOf(response: Response, request: string, attempts: number): Promise<Answer> {
  const body = await response.text();
  if (response.ok) return body === "" ? {} : (JSON.parse(body) as Answer);
  const { message, id } = problemIn(body);
  const requestId = id || response.headers.get("x-request-id");
  const named = requestId ? `(request "${requestId}") ${message}` : message;
  const tried = attempts > 1 ? `; giving up after ${attempts} attempt(s)` : "";
  throw new ApiError(request, response.status, `${named}${tried}`);
}

function problemIn(body: string): { message: string; id: string } {
  try {
    const { message, request_id: id } = JSON.parse(body) as Answer;
    return { message: text(message), id: text(id) };
  } catch {
    return { message: body, id: "" };
  }
}
