import { randomBytes } from "node:crypto";
import type { Operation } from "./description.ts";

/**
 * Scopes that the description names in its prose only, by operationId.
 * Projects ask for each resource's read scope too, which the token of a project's owner has.
 */
const SCOPES_IN_PROSE: Readonly<Record<string, readonly string[]>> = {
  droplets_destroy_byTag: ["tag:read"],
  tags_assign_resources: ["droplet:update"],
  tags_unassign_resources: ["droplet:update"],
};

/** Bearer tokens and what each may do. */
export class Tokens {
  readonly #scopes = new Map<string, ReadonlySet<string> | "all">();

  /** Makes a token; without scopes it may do everything. */
  add(scopes?: readonly string[]): string {
    const token = `dop_v1_${randomBytes(32).toString("hex")}`;
    this.#scopes.set(token, scopes ? new Set(scopes) : "all");
    return token;
  }

  /** Of an `authorization` header; undefined for none or for an unknown token. */
  scopesOf(authorization: string | undefined): ReadonlySet<string> | "all" | undefined {
    return this.#scopes.get(/^Bearer (\S+)$/i.exec(authorization ?? "")?.[1] ?? "");
  }
}

/** The first scope that an operation needs and these lack; `project:update` grants assigning. */
export function missingScope(
  scopes: ReadonlySet<string> | "all",
  { id, scopes: needed }: Operation,
): string | undefined {
  if (scopes === "all") return undefined;
  const granted = new Set(scopes);
  if (scopes.has("project:update")) granted.add("project:assign_resource");
  return [...needed, ...(SCOPES_IN_PROSE[id] ?? [])].find((scope) => !granted.has(scope));
}
