import { randomUUID } from "node:crypto";
import type { Answer, Request, Service } from "../http/service.ts";
import { containerOf, onAccount, onContainer } from "./containers.ts";
import { onObject } from "./objects.ts";
import { Refusal } from "./refusal.ts";
import type { Account } from "./store.ts";

/** Swift, version 1 of its API; what it keeps is in memory. */
export class Swift implements Service {
  readonly type = "object-store";
  /** By project. */
  readonly #accounts = new Map<string, Account>();

  async handle(request: Request): Promise<Answer> {
    const { headers, ...answer } = await Promise.resolve(this.#answer(request));
    return { ...answer, headers: { ...headers, "x-trans-id": `tx${randomUUID()}` } };
  }

  count(projectId: string): { readonly containers: number } {
    return { containers: this.#accounts.get(projectId)?.containers.size ?? 0 };
  }

  #answer(request: Request): Answer {
    try {
      const { project, container, object } = placeOf(request.path);
      if (project !== request.projectId) throw new Refusal(403);
      const account = this.#account(project);
      if (container === undefined) return onAccount(request, account);
      if (object === undefined) return onContainer(request, account, container);
      return onObject(request, containerOf(account, container), object);
    } catch (error) {
      if (error instanceof Refusal) return error.answer;
      throw error;
    }
  }

  #account(projectId: string): Account {
    const account = this.#accounts.get(projectId) ?? { metadata: new Map(), containers: new Map() };
    this.#accounts.set(projectId, account);
    return account;
  }
}

interface Place {
  readonly project: string;
  readonly container?: string;
  readonly object?: string;
}

/** @throws Refusal 404 for another path, 400 for one that is not encoded as it must be */
function placeOf(path: string): Place {
  const match = /^\/v1\/AUTH_([^/]+)(?:\/([^/]+)(?:\/(.+))?)?\/?$/.exec(path);
  const [, project, container, object] = match ?? [];
  if (project === undefined) throw new Refusal(404);
  return {
    project,
    ...(container !== undefined && { container: decoded(container) }),
    ...(object !== undefined && { object: decoded(object) }),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Refusal(400);
  }
}
