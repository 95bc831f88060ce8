import { randomUUID } from "node:crypto";
import type { Cloud } from "../cloud/cloud.ts";
import type { Api, Asked, Sent } from "../../http/server.ts";
import type { Answering } from "./answering.ts";
import { ApiError } from "./apiError.ts";
import type { Reply } from "./handler.ts";

/** Seconds. */
const RETRY_AFTER = "2";

/** The vendor's API as the server sees it. */
export class AccountApi implements Api {
  readonly faults;
  readonly largestBody = 2 ** 20;
  readonly #answering: Answering;

  constructor(cloud: Cloud, answering: Answering) {
    this.faults = cloud.options.faults;
    this.#answering = answering;
  }

  /** The description's path; the path itself if it is unknown. */
  pattern(method: string, path: string): string {
    return this.#answering.describe(method, path)?.operation.pattern ?? path;
  }

  async answer({ method, url, headers, body }: Asked): Promise<Sent> {
    const allowance = this.#answering.allow();
    const described = this.#answering.describe(method, url.pathname);
    const given = { authorization: headers.authorization, url, body: body.toString("utf8") };
    const reply = await this.#answering.answer(given, method, described, allowance);
    return sent(reply, allowance.headers);
  }

  failure(status: number): Sent {
    const { body } = new ApiError(status, `Injected: the server answers ${status}.`);
    return sent({ status, body }, status === 429 ? { "retry-after": RETRY_AFTER } : {});
  }
}

function sent({ status, body }: Reply, limits: Readonly<Record<string, string>>): Sent {
  const all = status >= 400 ? { ...body, request_id: randomUUID() } : body;
  // The vendor sends the limits' headers with every answer, and the type also with an empty one.
  const headers = { ...limits, "content-type": "application/json; charset=utf-8" };
  return { status, headers, ...(all && { body: JSON.stringify(all) }) };
}
