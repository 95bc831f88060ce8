import * as pulumi from "@pulumi/pulumi";
import { readAccounts } from "./settings/accounts.ts";
import { parseSettings } from "./settings/parse.ts";
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
  return parseSettings(
    {
      values,
      secretKeys: new Set(Object.keys(values).filter(isSecret)),
      accounts: readAccounts((key) => pulumi.runtime.getConfig(key), process.env),
    },
    pulumi.getStack(),
  );
}
