import type { Value, Values } from "../../provider/values.ts";
import { statusOf, type Answer, type Json } from "../api.ts";
import { isEmpty } from "../plan.ts";

/** The object that an answer carries under a name, such as `vpc`. */
export function part(answer: Answer, name: string): Answer {
  const found = answer[name];
  if (isAnswer(found)) return found;
  throw new Error(`the API's answer has no ${name}`);
}

export function isAnswer(value: Json | undefined): value is Answer {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

export function values(value: Value | undefined): Value[] {
  return Array.isArray(value) ? value : [];
}

/** A request body as Go's `omitempty` leaves it. */
export function withoutEmpty(body: Values): Values {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => !isEmpty(value)));
}

/** What a call gives, or undefined where the resource is gone. */
export async function unlessGone<Result>(call: Promise<Result>): Promise<Result | undefined> {
  return await call.catch((error: unknown) => {
    if (statusOf(error) === 404) return undefined;
    throw error;
  });
}

/** The same with the official plugin's words before the error. */
export async function saying<Result>(words: string, call: Promise<Result>): Promise<Result> {
  try {
    return await call;
  } catch (error) {
    throw new Error(`${words}: ${(error as Error).message}`, { cause: error });
  }
}
