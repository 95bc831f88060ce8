import { ACCOUNT_VARIABLES } from "../../settings/openStackAccount.ts";
import type { OpenStackAccount } from "../../settings/types.ts";
import { ApiError, callError, patientClient } from "../cloud/apiClient.ts";
import type { Catalog } from "./catalog.ts";

/** A token and what it gives access to. */
export interface Session {
  readonly token: string;
  readonly projectId: string;
  readonly catalog: Catalog;
}

interface TokenAnswer {
  readonly token: { readonly project?: { readonly id: string }; readonly catalog?: Catalog };
}

/**
 * Asks Keystone for a token.
 *
 * @throws ApiError if there is none, or it is for no project.
 */
export async function openSession(account: OpenStackAccount): Promise<Session> {
  const call = `OpenStack, POST ${account.authUrl}/auth/tokens`;
  try {
    const client = patientClient({ prefixUrl: account.authUrl }, async () => {});
    const answer = await client.post("auth/tokens", { json: authentication(account) });
    const { token } = await answer.json<TokenAnswer>();
    const name = answer.headers.get("x-subject-token");
    if (name === null || !token.project) throw new ApiError(0, `${call}: no token for a project`);
    return { token: name, projectId: token.project.id, catalog: token.catalog ?? [] };
  } catch (error) {
    throw await callError(call, error, messageIn);
  }
}

/**
 * An error's message. Each service has its own format: Octavia's is `{faultstring}`, Neutron's
 * `{NeutronError: {message}}`, Keystone's `{error: {message}}`, Nova's `{itemNotFound: {message}}`, Glance's
 * and Barbican's `{message}` or `{description}`.
 */
export function messageIn(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  const said = body as Readonly<Record<string, unknown>>;
  for (const name of ["faultstring", "message", "description"]) {
    const text = said[name];
    if (typeof text === "string" && text !== "") return text;
  }
  const [inner] = Object.values(said);
  return messageIn(inner);
}

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
