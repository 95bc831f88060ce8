import { z } from "zod";

/** Forms that settings of several groups have; each says its rule where a value breaks it. */

/** Config holds numbers as text where they were set without --path, or have decimals. */
export function numeric<T extends z.ZodType>(schema: T) {
  return z.preprocess(
    (value) => (typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value),
    schema,
  );
}

export function wholeNumber(min: number, max: number) {
  const rule = `must be a whole number from ${min} to ${max}`;
  return numeric(z.int({ error: rule }).min(min, rule).max(max, rule));
}

export const trueOrFalse = z.preprocess(
  (value) => (value === "true" ? true : value === "false" ? false : value),
  z.boolean({ error: "must be true or false" }),
);

export const oneOf = <T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `must be ${values.join(" or ")}` });

export function text(rule: string, pattern: RegExp) {
  return z.string({ error: rule }).regex(pattern, rule);
}

export const path = text(
  "must be a URL path that begins with a slash, without spaces or quotes",
  /^\/[^\s'"\\]*$/,
);

export const group = <T extends z.core.$ZodLooseShape>(shape: T) =>
  z.strictObject(shape, { error: "must be an object" });

const percentageRule = "must be a percentage from 0 to 100 with at most one decimal";

export const percentage = numeric(
  z
    .number({ error: percentageRule })
    .min(0, percentageRule)
    .max(100, percentageRule)
    .refine((value) => Math.abs(value * 10 - Math.round(value * 10)) < 1e-9, percentageRule),
);
