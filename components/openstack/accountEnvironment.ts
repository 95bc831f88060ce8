import type { OpenStackAccount } from "../../settings/types.ts";
import { ACCOUNT_VARIABLES } from "../../settings/accountVariables.ts";

/** For programs that are started with the account in their environment. */
export function accountFromEnvironment(): OpenStackAccount {
  const entries = Object.entries(ACCOUNT_VARIABLES).flatMap(([name, [variable]]) => {
    const value = process.env[variable];
    return value === undefined || value === "" ? [] : [[name, value] as const];
  });
  return { authUrl: "", region: "", ...Object.fromEntries(entries) };
}

/** All of the variables, so that none of a shell's own gets among them. */
export function accountEnvironment(account: OpenStackAccount): Record<string, string> {
  const entries = Object.entries(ACCOUNT_VARIABLES).map(
    ([name, [variable]]) => [variable, account[name as keyof OpenStackAccount] ?? ""] as const,
  );
  return Object.fromEntries(entries);
}
