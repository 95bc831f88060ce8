import { createHash } from "node:crypto";
import type { Value, Values } from "../provider/values.ts";
import { text } from "./text.ts";

/**
 * One property of a resource, with the rules that the vendor's Terraform provider
 * (digitalocean/terraform-provider-digitalocean) has for it.
 */
export interface Attribute {
  readonly type: "string" | "boolean" | "integer" | "number" | "list" | "set" | "object" | "map";
  /** What a list or set is made of. */
  readonly of?: Attribute;
  /** What an object is made of. */
  readonly fields?: Schema;
  /** Absent for what only comes back. */
  readonly input?: "required" | "optional";
  /** Where the input is left out, the API decides: such a property never differs. */
  readonly computed?: true;
  /** A change makes a new resource. */
  readonly replaces?: true;
  /** Recorded where the input is left out. */
  readonly fallback?: Value;
  /** Filled with the resource's name and seven random digits where it is left out. */
  readonly autonamed?: true;
  /** Says what is wrong with a known value; undefined when nothing is. */
  readonly rule?: (value: Value) => string | undefined;
  /** How the state keeps an input. */
  readonly kept?: (value: Value) => Value;
  /** Two values that count as the same, beside equal ones. */
  readonly same?: (old: Value, now: Value, state: Values) => boolean;
}

export type Schema = Readonly<Record<string, Attribute>>;

export const oneOf =
  (...words: string[]) =>
  (value: Value) =>
    words.includes(value as string)
      ? undefined
      : `must be one of ${words.join(", ")}, got ${text(value)}`;

/** As `oneOf`, in any case. */
export const oneOfAnyCase =
  (...words: string[]) =>
  (value: Value) =>
    oneOf(...words.map(lower))(lower(value)) === undefined
      ? undefined
      : `must be one of ${words.join(", ")}, got ${text(value)}`;

export const between = (least: number, most: number) => (value: Value) =>
  (value as number) >= least && (value as number) <= most
    ? undefined
    : `must be ${least} to ${most}, got ${text(value)}`;

export const lengthBetween = (least: number, most: number) => (value: Value) =>
  between(least, most)((value as string).length) === undefined
    ? undefined
    : `must have ${least} to ${most} characters, got ${(value as string).length}`;

export const notEmpty = (value: Value) => (value === "" ? "must not be empty" : undefined);

export function lower(value: Value): string {
  return text(value).toLowerCase();
}

export const sameInAnyCase = (old: Value, now: Value) => lower(old) === lower(now);

/** How the state keeps what is long or secret. */
export const digest = (value: Value) => createHash("sha1").update(text(value)).digest("hex");

/** What comes back as text, a number or a flag. */
export const output = (type: Attribute["type"]): Attribute => ({ type, computed: true });

const TAG = /^[a-zA-Z0-9:\-_]{1,255}$/;

export const tagRule = (value: Value) =>
  TAG.test(value as string)
    ? undefined
    : "tags may contain lowercase letters, numbers, colons, dashes, and underscores; " +
      "there is a limit of 255 characters per tag";

/** Tags differ by more than case only. */
export const TAGS: Attribute = {
  type: "set",
  input: "optional",
  of: { type: "string", rule: tagRule, same: sameInAnyCase },
};

export const NAME: Attribute = {
  type: "string",
  input: "required",
  autonamed: true,
  rule: notEmpty,
};
