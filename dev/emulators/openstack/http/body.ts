import { z } from "zod";
import { Unfitting } from "./refusal.ts";

/** A field that is not named is an error, as it is for the services themselves. */
export const exactly = z.strictObject;

/** The body as the operation takes it. @throws Unfitting */
export function bodyOf<T>(body: unknown, schema: z.ZodType<T>): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    ({ path, message }) => `${path.join(".") || "the body"}: ${message}`,
  );
  throw new Unfitting(`Invalid input. ${problems.join("; ")}.`);
}

/** What an update names; a field that it leaves out stays as it is. */
export function given<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
