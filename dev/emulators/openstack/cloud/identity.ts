import { randomBytes, randomUUID } from "node:crypto";

/** Who may ask for tokens, and for which project. */
export interface Account {
  readonly user: { readonly id: string; readonly name: string };
  readonly password: string;
  readonly project: { readonly id: string; readonly name: string };
}

export interface ApplicationCredential {
  readonly id: string;
  readonly name: string;
  readonly secret: string;
}

export interface Token {
  readonly id: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly methods: readonly string[];
}

/** OpenStack's and OVH's name. */
export const DOMAIN = { id: "default", name: "Default" };

/** One user with one project, and the tokens that are good for it. */
export class Identity implements Account {
  readonly user = { id: hexId(), name: `user-${randomBytes(4).toString("hex")}` };
  readonly password = randomBytes(12).toString("hex");
  readonly project = { id: hexId(), name: randomBytes(8).toString("hex") };
  readonly credentials: ApplicationCredential[] = [];
  readonly #tokens = new Map<string, Token>();
  readonly #lifetimeMs: number;

  constructor(tokenSeconds: number) {
    this.#lifetimeMs = tokenSeconds * 1000;
  }

  addCredential(name: string): ApplicationCredential {
    const credential = { id: hexId(), name, secret: randomBytes(32).toString("base64url") };
    this.credentials.push(credential);
    return credential;
  }

  issue(methods: readonly string[]): Token {
    const issuedAt = Date.now();
    const id = `gAAAAA${randomBytes(90).toString("base64url")}`;
    const token = { id, issuedAt, expiresAt: issuedAt + this.#lifetimeMs, methods };
    this.#tokens.set(id, token);
    return token;
  }

  /** Undefined where it is unknown or has expired. */
  token(id: string | undefined): Token | undefined {
    const token = this.#tokens.get(id ?? "");
    return token && token.expiresAt > Date.now() ? token : undefined;
  }

  revoke(id: string): void {
    this.#tokens.delete(id);
  }

  /** None that was issued until now is good any more. */
  revokeAll(): void {
    this.#tokens.clear();
  }
}

/** As Keystone's ids are, without dashes. */
function hexId(): string {
  return randomUUID().replaceAll("-", "");
}
