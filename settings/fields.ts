import { z } from "zod";

/** A value to type: literal, or a command's output. */
export type Example = string | number | boolean | { readonly command: string };

declare module "zod" {
  /** Metadata of a setting, for remedies and the documentation. */
  interface GlobalMeta {
    /** A valid value, for a remedy; the default if left out. */
    example?: Example;
    /** The form of values, in a few words. */
    form?: string;
    /** In words, if the default depends on something else. */
    defaultsTo?: string;
    /**
     * How the CLI stores the value; it refuses to guess if the name sounds like a secret. `as before` is for
     * values that may be secret: they stay secret if their key holds one.
     */
    storage?: "secret" | "plaintext" | "as before";
    /** The targets for which a top-level key has a meaning; by default all. */
    targets?: readonly string[];
  }
}

/** Config holds numbers as text if they were set without --path or have decimals. */
function numeric<T extends z.ZodType>(schema: T) {
  return z.preprocess(
    (value) => (typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value),
    schema,
  );
}

export function wholeNumber(min: number, max: number) {
  const rule = `must be a whole number from ${min} to ${max}`;
  const schema = numeric(z.int({ error: rule }).min(min, rule).max(max, rule));
  return schema.meta({ form: `${min} to ${max}` });
}

export function decimal(min: number, max: number) {
  const rule = `must be a number from ${min} to ${max}`;
  const schema = numeric(z.number({ error: rule }).min(min, rule).max(max, rule));
  return schema.meta({ form: `${min} to ${max}` });
}

const percentageRule = "must be a percentage from 0 to 100 with at most one decimal";

export const percentage = numeric(
  z
    .number({ error: percentageRule })
    .min(0, percentageRule)
    .max(100, percentageRule)
    .refine((value) => Math.abs(value * 10 - Math.round(value * 10)) < 1e-9, percentageRule),
).meta({ form: "0 to 100, one decimal" });

export const trueOrFalse = z
  .preprocess(
    (value) => (value === "true" ? true : value === "false" ? false : value),
    z.boolean({ error: "must be true or false" }),
  )
  .meta({ form: "true or false" });

export function oneOf<const T extends readonly [string, ...string[]]>(values: T) {
  const listed = (words: readonly string[]) =>
    `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
  return z
    .enum(values, { error: `must be ${listed(values)}` })
    .meta({ form: listed(values.map((value) => `\`${value}\``)) });
}

/** The rule is "must be" with the form. */
export function text(form: string, pattern: RegExp) {
  const rule = `must be ${form}`;
  return z
    .string({ error: rule })
    .regex(pattern, rule)
    .meta({ form: withoutArticle(form) });
}

export const withoutArticle = (form: string) => form.replace(/^an? /, "");

export const path = text(
  "a URL path that begins with a slash, without spaces or quotes",
  /^\/[^\s'"\\]*$/,
).meta({ form: "URL path" });

export const line = text("a text of one line", /^[^\r\n]*$/);

export const group = <T extends z.core.$ZodLooseShape>(shape: T) =>
  z.strictObject(shape, { error: "must be an object" });

/** @param what In the plural. */
export function listOf<T extends z.ZodType>(element: T, what: string) {
  return z.array(element, { error: `must be a list of ${what}` }).meta({ form: `list of ${what}` });
}
