import type { Violation } from "../../http/callLog.ts";
import { Refusal, Unfitting } from "./refusal.ts";
import type { Answer, Request, Service } from "./service.ts";

/** @param values in the path, by the name that stands there in braces */
export type Handler = (
  request: Request,
  values: Readonly<Record<string, string>>,
) => Answer | Promise<Answer>;

/** By method and path, such as `GET /v2.0/ports/{id}`. */
export type Routes = Readonly<Record<string, Handler>>;

interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly handler: Handler;
}

export interface RoutedOptions {
  readonly type: string;
  readonly routes: Routes;
  /** A refusal in the form that this service has for it. */
  readonly refused: (refusal: Refusal) => object;
  readonly violations: Violation[];
}

/** A service that is a table of operations. What the table does not know is a violation. */
export class RoutedService implements Service {
  readonly type: string;
  readonly #routes: readonly Route[];
  readonly #options: RoutedOptions;

  constructor(options: RoutedOptions) {
    this.type = options.type;
    this.#options = options;
    this.#routes = Object.entries(options.routes).map(([key, handler]) => {
      const [method = "", pattern = ""] = key.split(" ");
      const path = pattern.replace(/[.]/g, "\\.").replace(/\{(\w+)\}/g, "(?<$1>[^/]+)");
      return { method, path: new RegExp(`^${path}$`), handler };
    });
  }

  async handle(request: Request): Promise<Answer> {
    try {
      return await this.#answer(request);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error instanceof Unfitting) this.#note(request, error.message);
      return { status: error.status, body: this.#options.refused(error) };
    }
  }

  #answer(request: Request): Answer | Promise<Answer> {
    const { method } = request;
    // A slash at the end is no other resource.
    const path = request.path.replace(/(.)\/$/, "$1");
    for (const route of this.#routes) {
      const match = route.method === method ? route.path.exec(path) : null;
      if (match) return route.handler(request, decoded(match.groups ?? {}));
    }
    this.#note(request, "no such operation is emulated");
    throw new Refusal(404, "The resource could not be found.", "HTTPNotFound");
  }

  #note({ method, path }: Request, problem: string): void {
    const where = `${method} ${this.type} ${path}`;
    this.#options.violations.push({ kind: "request", where, problem });
  }
}

function decoded(groups: Record<string, string>): Record<string, string> {
  const entries = Object.entries(groups).map(([name, text]) => [name, decodeURIComponent(text)]);
  return Object.fromEntries(entries) as Record<string, string>;
}
