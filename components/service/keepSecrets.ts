import * as pulumi from "@pulumi/pulumi";
import type { Secrets } from "../../lib/secrets.ts";

/**
 * Makes every input of every resource secret that has a secret of the config in it: in the state, in its
 * backups, and in previews. Call it before the first resource.
 */
export function keepSecretInputs(secrets: Secrets): void {
  if (secrets.isEmpty) return;
  pulumi.runtime.registerStackTransformation(({ props, opts }) => ({
    props: keepSecret(props as Readonly<Record<string, unknown>>, secrets),
    opts,
  }));
}

/** Marks the values that have a secret in them, now or once they are known. */
export function keepSecret<T extends Readonly<Record<string, unknown>>>(
  values: T,
  secrets: Secrets,
): T {
  if (secrets.isEmpty) return values;
  const kept = Object.entries(values).map(([name, value]) => [name, keep(value, secrets)] as const);
  return Object.fromEntries(kept) as T;
}

function keep(value: unknown, secrets: Secrets): unknown {
  if (value === undefined) return value;
  if (isPlain(value)) return secrets.isIn(value) ? pulumi.secret(value) : value;
  return pulumi
    .output(value)
    .apply((known: unknown) => (secrets.isIn(known) ? pulumi.secret(known) : known));
}

function isPlain(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (pulumi.Output.isInstance(value) || value instanceof Promise) return false;
  return Object.values(value).every(isPlain);
}
