import type { Failure } from "../provider/resource.ts";
import { hasUnknown, isObject, reveal, type Value, type Values } from "../provider/values.ts";

/** Says what is wrong with a plain, known value; undefined when nothing is. */
export type InputRule = (value: Value) => string | undefined;
export type InputRules = Readonly<Record<string, InputRule>>;

const LOGGINGS = ["stdout", "stderr", "stdoutAndStderr", "none"];

export const text: InputRule = (value) =>
  typeof value === "string" ? undefined : "must be a string";
export const number: InputRule = (value) =>
  typeof value === "number" ? undefined : "must be a number";
export const whole: InputRule = (value) =>
  Number.isInteger(value) ? undefined : "must be a whole number";
export const textList: InputRule = (value) =>
  Array.isArray(value) && value.every((item) => typeof item === "string")
    ? undefined
    : "must be a list of strings";
export const textMap: InputRule = (value) =>
  isObject(value) && Object.values(value).every((item) => typeof item === "string")
    ? undefined
    : "must be a map of strings";
export const anything: InputRule = () => undefined;

const logging: InputRule = (value) =>
  LOGGINGS.includes(value as string) ? undefined : `must be one of ${LOGGINGS.join(", ")}`;

export const COMMON_INPUTS: InputRules = {
  create: text,
  update: text,
  delete: text,
  stdin: text,
  logging,
  environment: textMap,
  triggers: anything,
  addPreviousOutputInEnv: anything,
};

/** Every input that is unknown to the type or breaks its rule. */
export function failuresOf(inputs: Values, rules: InputRules, token: string): Failure[] {
  return Object.entries(inputs).flatMap(([property, value]) => {
    const reason = problemWith(property, reveal(value), rules, token);
    return reason ? [{ property, reason }] : [];
  });
}

function problemWith(
  property: string,
  value: Value,
  rules: InputRules,
  token: string,
): string | undefined {
  // The engine puts entries of its own among the inputs.
  if (property === "version" || property.startsWith("__") || hasUnknown(value)) return undefined;
  if (value === null) return undefined;
  const rule = rules[property];
  return rule ? rule(value) : `is not an input of ${token}`;
}
