import { authentication } from "./authentication.ts";
import type { Catalog } from "./catalog.ts";
import type { OpenStackAccount } from "../../settings/types.ts";
import { ApiError, callError, patientClient } from "../cloud/apiClient.ts";
import { messageIn } from "./messages.ts";

/** What a token opens. */
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
 * @throws ApiError where it gives none, or one for no project.
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
