import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Violation } from "../../http/callLog.ts";
import type { CallFaults } from "../../http/faults.ts";
import type { Api, Asked, Sent } from "../../http/server.ts";
import type { Answer, Request, Service } from "./service.ts";

/** Ids with dashes (most services) and without (Keystone). */
const ID = /(?<=[/_])([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32})(?=\/|$)/g;

/** Seconds. */
const RETRY_AFTER = "2";

/** Keystone's middleware answers for all services. */
const UNAUTHORIZED = {
  error: {
    ...{ code: 401, title: "Unauthorized" },
    message: "The request you have made requires authentication.",
  },
};

export interface CloudApiOptions {
  readonly faults: CallFaults;
  readonly violations: Violation[];
  /** Keystone's own; it alone is asked without a token. */
  readonly identity: Service;
  readonly services: readonly Service[];
  /** The project that a token is for; undefined where it is unknown or has expired. */
  readonly projectOf: (token: string | undefined) => string | undefined;
}

/** All services behind one server, each below its type: `/network/v2.0/ports`. */
export class CloudApi implements Api {
  readonly faults: CallFaults;
  readonly largestBody = 64 * 2 ** 20;
  readonly #options: CloudApiOptions;

  constructor(options: CloudApiOptions) {
    this.#options = options;
    this.faults = options.faults;
  }

  pattern(_method: string, path: string): string {
    return path.replace(ID, "{id}");
  }

  async answer(asked: Asked): Promise<Sent> {
    try {
      return sent(await this.#route(asked), asked.method);
    } catch (error) {
      const problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.#note("emulator", asked, problem);
      return sent(failed(500, `Emulator: ${String(error)}`), asked.method);
    }
  }

  failure(status: number): Sent {
    const answer = failed(status, `Injected: the server answers ${status}.`);
    const headers = status === 429 ? { "retry-after": RETRY_AFTER } : {};
    return sent({ ...answer, headers }, "");
  }

  async #route(asked: Asked): Promise<Answer> {
    const [, type = "", path = "/"] = /^\/([^/]+)(\/.*)?$/.exec(asked.url.pathname) ?? [];
    const { identity, services, projectOf } = this.#options;
    if (type === identity.type) return await identity.handle(request(asked, type, path, ""));
    const service = services.find((it) => it.type === type);
    if (!service) {
      this.#note("request", asked, "no such service");
      return failed(404, "The resource could not be found.");
    }
    const projectId = projectOf(asked.headers["x-auth-token"]?.toString());
    if (projectId === undefined) return { status: 401, body: UNAUTHORIZED };
    return await service.handle(request(asked, type, path, projectId));
  }

  #note(kind: Violation["kind"], { method, url }: Asked, problem: string): void {
    this.#options.violations.push({ kind, where: `${method} ${url.pathname}`, problem });
  }
}

function request(asked: Asked, type: string, path: string, projectId: string): Request {
  const { method, url, body } = asked;
  const headers = plain(asked.headers);
  return {
    ...{ method, path, query: url.searchParams, headers, projectId },
    body: parsed(body, headers["content-type"], type),
  };
}

function plain(headers: IncomingHttpHeaders): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [name, String(value)]);
  return Object.fromEntries(entries) as Record<string, string>;
}

function parsed(body: Buffer, contentType: string | undefined, type: string): unknown {
  if (body.length === 0) return undefined;
  // There a JSON text is an object that is kept as it came.
  if (type === "object-store" || !contentType?.includes("json")) return body;
  try {
    return JSON.parse(body.toString("utf8")) as unknown;
  } catch {
    return body;
  }
}

function failed(status: number, message: string): Answer {
  return { status, body: { error: { code: status, message, title: "Error" } } };
}

function sent({ status, headers, body }: Answer, method: string): Sent {
  const isRaw = Buffer.isBuffer(body);
  const content = body === undefined || isRaw ? body : JSON.stringify(body);
  const type = content !== undefined && !isRaw && { "content-type": "application/json" };
  return {
    status,
    headers: { ...type, "x-openstack-request-id": `req-${randomUUID()}`, ...headers },
    ...(content !== undefined && method !== "HEAD" && { body: content }),
  };
}
