import type { OpenStackAccount } from "../../settings/types.ts";
import { ApiError, callError, patientClient } from "../cloud/apiClient.ts";
import { authentication } from "./authentication.ts";
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
