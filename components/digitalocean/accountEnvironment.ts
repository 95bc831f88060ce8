import type { Account } from "../../settings/types.ts";

/** For programs that are started with the account in their environment. */
export function accountFromEnvironment(): Account {
  const { DIGITALOCEAN_TOKEN: token = "", DIGITALOCEAN_API_URL: url = "" } = process.env;
  return { token, url };
}

export function accountEnvironment({ token, url }: Account): Record<string, string> {
  return { DIGITALOCEAN_TOKEN: token, DIGITALOCEAN_API_URL: url };
}
