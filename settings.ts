import { readFileSync } from "node:fs";
import { load } from "js-yaml";
import * as pulumi from "@pulumi/pulumi";
import { readAccounts } from "./settings/accounts.ts";
import { parseSettings } from "./settings/parse.ts";
import type { StackFile } from "./settings/secretTexts.ts";
import type { Settings } from "./settings/types.ts";

// The SDK has this function but does not declare it.
const runtime = pulumi.runtime as typeof pulumi.runtime & { isConfigSecret(key: string): boolean };

/**
 * Reads the whole config of the stack. The only place that does.
 *
 * @throws UserError that names every mistake.
 */
export function readSettings(): Settings {
  const prefix = `${pulumi.getProject()}:`;
  const config = Object.entries(pulumi.runtime.allConfig()).filter(([key]) =>
    key.startsWith(prefix),
  );
  const values = Object.fromEntries(
    config.map(([key, value]) => [key.slice(prefix.length), value] as const),
  );
  const isSecret = (key: string) => runtime.isConfigSecret(prefix + key);
  const file = stackFile(prefix);
  return parseSettings(
    {
      values,
      secretKeys: new Set(Object.keys(values).filter(isSecret)),
      accounts: readAccounts((key) => pulumi.runtime.getConfig(key), process.env),
      ...(file && { file }),
    },
    pulumi.getStack(),
  );
}

/** Undefined if it is elsewhere (`--config-file`) or unreadable; only `secretsOf` uses it. */
function stackFile(prefix: string): StackFile | undefined {
  try {
    const text = readFileSync(`Pulumi.${pulumi.getStack()}.yaml`, "utf8");
    const { config = {} } = load(text) as { config?: Record<string, unknown> };
    const own = Object.entries(config).filter(([key]) => key.startsWith(prefix));
    return Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value]));
  } catch {
    return undefined;
  }
}
