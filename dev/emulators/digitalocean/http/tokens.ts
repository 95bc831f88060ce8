import { randomBytes } from "node:crypto";

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

/** The first scope that is needed and that these lack; `project:update` grants assigning. */
export function missingScope(
  scopes: ReadonlySet<string> | "all",
  needed: readonly string[],
): string | undefined {
  if (scopes === "all") return undefined;
  const granted = new Set(scopes);
  if (scopes.has("project:update")) granted.add("project:assign_resource");
  return needed.find((scope) => !granted.has(scope));
}
