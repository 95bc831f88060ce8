import type { Cloud } from "../cloud/cloud.ts";

/** A request that fits the description; numbers in path and query are numbers. */
export interface Request {
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  /** Validated: an operation casts it to what its description says. */
  readonly body: unknown;
  /** The address as the client wrote it, for the links of a page. */
  readonly url: URL;
}

export interface Reply {
  readonly status: number;
  /** Absent for 204. */
  readonly body?: object;
}

export type Handler = (request: Request, cloud: Cloud) => Reply | Promise<Reply>;

/** By the description's operationId. */
export type Handlers = Readonly<Record<string, Handler>>;

export function ok(body: object): Reply {
  return { status: 200, body };
}

export function created(body: object): Reply {
  return { status: 201, body };
}

export function accepted(body: object): Reply {
  return { status: 202, body };
}

export const NO_CONTENT: Reply = { status: 204 };
