import type { Account } from "./types.ts";

const VENDOR_URL = "https://api.digitalocean.com";

/**
 * In the order in which DigitalOcean's provider looks for them.
 *
 * @param config The provider's own settings, by key without `digitalocean:`.
 */
export function accountFrom(
  config: (key: string) => string | undefined,
  environment: NodeJS.ProcessEnv,
): Account {
  const { DIGITALOCEAN_TOKEN, DIGITALOCEAN_ACCESS_TOKEN, DIGITALOCEAN_API_URL } = environment;
  return {
    token: config("token") || DIGITALOCEAN_TOKEN || DIGITALOCEAN_ACCESS_TOKEN || "",
    url: config("apiEndpoint") || DIGITALOCEAN_API_URL || VENDOR_URL,
  };
}
