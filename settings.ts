import * as pulumi from "@pulumi/pulumi";
import { givenAccount } from "./lib/settings/openStackAccount.ts";
import { parseSettings } from "./lib/settings/parse.ts";
import type { Account, Settings } from "./lib/settings/types.ts";

// The SDK has this function, and leaves it out of its type declarations.
const runtime = pulumi.runtime as typeof pulumi.runtime & { isConfigSecret(key: string): boolean };

/**
 * Reads the stack's config, all of it at once; nothing else does.
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
  const openstack = new pulumi.Config("openstack");
  const isSecret = (key: string) => runtime.isConfigSecret(prefix + key);
  return parseSettings(
    {
      values,
      secretKeys: new Set(Object.keys(values).filter(isSecret)),
      account: readAccount(),
      openStack: givenAccount((name) => openstack.get(name), process.env),
    },
    pulumi.getStack(),
  );
}

const VENDOR_URL = "https://api.digitalocean.com";

/** In the order in which the provider looks for them. */
function readAccount(): Account {
  const config = new pulumi.Config("digitalocean");
  const { DIGITALOCEAN_TOKEN, DIGITALOCEAN_ACCESS_TOKEN, DIGITALOCEAN_API_URL } = process.env;
  return {
    token: config.get("token") || DIGITALOCEAN_TOKEN || DIGITALOCEAN_ACCESS_TOKEN || "",
    url: config.get("apiEndpoint") || DIGITALOCEAN_API_URL || VENDOR_URL,
  };
}
