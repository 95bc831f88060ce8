import type { Cloud } from "../cloud/cloud.ts";
import { ApiError, forbidden, notFound, unprocessable } from "./apiError.ts";
import type { Violation } from "../../http/callLog.ts";
import { type Operation, problems, readDescription } from "./description.ts";
import type { Handler, Handlers, Reply, Request } from "./handler.ts";
import { type Allowance, RateLimiter } from "./rateLimit.ts";
import { scopesInProse } from "./scopesInProse.ts";
import { missingScope, type Tokens } from "./tokens.ts";

export interface Described {
  readonly operation: Operation;
  /** The values in the path, as text. */
  readonly inPath: Readonly<Record<string, string>>;
}

export interface Given {
  readonly authorization: string | undefined;
  readonly url: URL;
  /** As it came; empty for none. */
  readonly body: string;
}

/** Compiled once, for all accounts of this process. */
let compiled: readonly Operation[] | undefined;

/** Holds every request and every answer against the description, and asks the handlers between. */
export class Answering {
  readonly #operations = operationsInOrder();
  readonly #cloud: Cloud;
  readonly #handlers: Handlers;
  readonly #tokens: Tokens;
  readonly #limiter: RateLimiter;

  constructor(cloud: Cloud, handlers: Handlers, tokens: Tokens) {
    this.#cloud = cloud;
    this.#handlers = handlers;
    this.#tokens = tokens;
    this.#limiter = new RateLimiter(cloud.options.limits);
  }

  describe(method: string, path: string): Described | undefined {
    for (const operation of this.#operations) {
      const inPath = operation.method === method ? operation.matches(path) : undefined;
      if (inPath) return { operation, inPath };
    }
    return undefined;
  }

  allow(): Allowance {
    return this.#limiter.take(Date.now());
  }

  /** Never throws: what goes wrong is an answer too. */
  async answer(
    given: Given,
    method: string,
    described: Described | undefined,
    allowance: Allowance,
  ): Promise<Reply> {
    const where = `${method} ${given.url.pathname}`;
    try {
      const { operation, scopes, inPath } = this.#admit(given, where, described, allowance);
      requireScopes(scopes, operation.scopes);
      const request = this.#read(given, where, { operation, inPath });
      requireScopes(scopes, scopesInProse(operation.id, request.body));
      const reply = await this.#handlerOf(operation)(request, this.#cloud);
      return this.#checked(reply, operation, where);
    } catch (error) {
      const apiError = error instanceof ApiError ? error : this.#failed(where, error);
      const reply = { status: apiError.status, body: apiError.body };
      return described ? this.#checked(reply, described.operation, where) : reply;
    }
  }

  #admit(
    { authorization }: Given,
    where: string,
    described: Described | undefined,
    { isAllowed }: Allowance,
  ): Described & { scopes: ReadonlySet<string> | "all" } {
    const scopes = this.#tokens.scopesOf(authorization);
    if (!scopes) throw new ApiError(401, "Unable to authenticate you");
    if (!isAllowed) throw new ApiError(429, "API rate limit exceeded.");
    if (!described) {
      this.#note("request", where, "no such operation in the description");
      throw notFound();
    }
    return { ...described, scopes };
  }

  /** @throws ApiError 422 for a request that does not fit, 404 for such a value in the path */
  #read({ url, body }: Given, where: string, { operation, inPath }: Described): Request {
    const parameters: Record<string, string> = {
      ...inPath,
      ...Object.fromEntries(url.searchParams),
    };
    const wrong = problems(operation.parameters, parameters);
    const parsed = body === "" ? undefined : parse(body);
    const wrongBody = operation.body ? problems(operation.body, parsed) : bodyless(parsed);
    if (wrong || wrongBody) {
      this.#note("request", where, [wrong, wrongBody].filter(Boolean).join("; "));
      throw unprocessable(wrong || wrongBody);
    }
    return { parameters, body: parsed, url };
  }

  #handlerOf({ id }: Operation): Handler {
    const handler = this.#handlers[id];
    if (!handler) throw new Error(`Nothing answers ${id}.`);
    return handler;
  }

  #checked(reply: Reply, { answers }: Operation, where: string): Reply {
    const status = String(reply.status);
    const validate = answers.has(status) ? answers.get(status) : answers.get("default");
    const isUnknown = !answers.has(status) && reply.status < 400;
    const wrong = isUnknown
      ? `status ${status} is not described`
      : validate
        ? problems(validate, reply.body)
        : bodyless(reply.body);
    if (!wrong) return reply;
    this.#note("answer", where, wrong);
    return { status: 500, body: new ApiError(500, `Emulator: ${wrong}`).body };
  }

  #failed(where: string, error: unknown): ApiError {
    this.#note("emulator", where, error instanceof Error ? (error.stack ?? "") : String(error));
    return new ApiError(500, `Emulator: ${String(error)}`);
  }

  #note(kind: Violation["kind"], where: string, problem: string): void {
    this.#cloud.options.violations.push({ kind, where, problem });
  }
}

function requireScopes(scopes: ReadonlySet<string> | "all", needed: readonly string[]): void {
  const missing = missingScope(scopes, needed);
  if (missing) throw forbidden(`You are missing the required permission ${missing}`);
}

/** Paths without a value first, so that `/projects/default` is not a project's id. */
function operationsInOrder(): readonly Operation[] {
  compiled ??= readDescription().sort((a, b) => braces(a) - braces(b));
  return compiled;
}

function braces({ pattern }: Operation): number {
  return pattern.split("{").length;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw unprocessable("error parsing request body");
  }
}

function bodyless(body: unknown): string {
  return body === undefined ? "" : "has a body, which is not described";
}
