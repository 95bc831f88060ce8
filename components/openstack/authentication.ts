import { ACCOUNT_VARIABLES } from "../../settings/accountVariables.ts";
import type { OpenStackAccount } from "../../settings/types.ts";

interface Named {
  readonly id?: string;
  readonly name?: string;
}

/**
 * The body of a token request to Keystone v3. Like the provider, it prefers a password to an application
 * credential, and ids to names. An application credential belongs to one project and names none.
 */
export function authentication(account: OpenStackAccount): object {
  const { password } = account;
  if (password === undefined) {
    return {
      auth: {
        identity: {
          methods: ["application_credential"],
          application_credential: credential(account),
        },
      },
    };
  }
  return {
    auth: {
      identity: { methods: ["password"], password: { user: { ...user(account), password } } },
      scope: { project: project(account) },
    },
  };
}

function credential(account: OpenStackAccount): object {
  const {
    applicationCredentialId: id,
    applicationCredentialName: name,
    applicationCredentialSecret: secret,
  } = account;
  return id === undefined ? { name, secret, user: user(account) } : { id, secret };
}

function user({ userId, userName, userDomainId, userDomainName }: OpenStackAccount): Named {
  if (userId !== undefined) return { id: userId };
  return { ...named(undefined, userName), ...domain(userDomainId, userDomainName) };
}

function project(account: OpenStackAccount): Named {
  const { tenantId, tenantName, projectDomainId, projectDomainName } = account;
  if (tenantId !== undefined) return { id: tenantId };
  return { ...named(undefined, tenantName), ...domain(projectDomainId, projectDomainName) };
}

function domain(id: string | undefined, name: string | undefined): { readonly domain: Named } {
  return { domain: named(id, name) };
}

function named(id: string | undefined, name: string | undefined): Named {
  if (id !== undefined) return { id };
  return name === undefined ? {} : { name };
}

/** For programs that get the account in their environment. */
export function openStackAccount(): OpenStackAccount {
  const entries = Object.entries(ACCOUNT_VARIABLES).flatMap(([name, [variable]]) => {
    const value = process.env[variable];
    return value === undefined || value === "" ? [] : [[name, value] as const];
  });
  return { authUrl: "", region: "", ...Object.fromEntries(entries) };
}

/** Sets all variables, so none comes from the user's shell. */
export function openStackEnvironment(account: OpenStackAccount): Record<string, string> {
  const entries = Object.entries(ACCOUNT_VARIABLES).map(
    ([name, [variable]]) => [variable, account[name as keyof OpenStackAccount] ?? ""] as const,
  );
  return Object.fromEntries(entries);
}
