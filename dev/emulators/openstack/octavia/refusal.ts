import type { Answer } from "../http/service.ts";

/** A request that Octavia refuses, in its own words (octavia/common/exceptions.py). */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * The answer to an error with a status, also one that another service has refused Octavia with; undefined
 * for any other error. The body is that of WSME, which Octavia's API is made with.
 */
export function refusalOf(error: unknown): Answer | undefined {
  if (!(error instanceof Error && "status" in error)) return undefined;
  const { status, message } = error;
  if (typeof status !== "number") return undefined;
  return { status, body: { faultcode: "Client", faultstring: message, debuginfo: null } };
}

export function notFound(resource: string, id: string): Refusal {
  return new Refusal(404, `${resource} ${id} not found.`);
}

export function invalid(detail: string): Refusal {
  return new Refusal(400, `Validation failure: ${detail}`);
}

/** @param option what the value was given for */
export function invalidOption(value: string, option: string): Refusal {
  return new Refusal(400, `${value} is not a valid option for ${option}`);
}

/** While a change is on its way, and after one that failed. */
export function immutable(resource: string, id: string): Refusal {
  return new Refusal(409, `${resource} ${id} is immutable and cannot be updated.`);
}

export function conflict(message: string): Refusal {
  return new Refusal(409, message);
}

/** What a path names. @throws Refusal 404 */
export function only<T>(found: T | undefined, resource: string, id: string): T {
  if (found === undefined) throw notFound(resource, id);
  return found;
}
