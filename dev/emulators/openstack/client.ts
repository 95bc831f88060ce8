import type { OpenStack } from "./index.ts";

export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** Asks an emulated project by its API, as a user with a token. */
export class OpenStackCaller {
  readonly #url: string;
  readonly #environment: Readonly<Record<string, string>>;
  #token = "";

  constructor({ url, environment }: Pick<OpenStack, "url" | "environment">) {
    this.#url = url;
    this.#environment = environment;
  }

  /** Gets a token for user and password. @throws Error with the status */
  async signIn(): Promise<void> {
    const { OS_USERNAME: name, OS_PASSWORD: password } = this.#environment;
    const user = { name, password, domain: { id: "default" } };
    const identity = { methods: ["password"], password: { user } };
    const answer = await this.ask("POST", "/identity/v3/auth/tokens", { auth: { identity } });
    if (answer.status !== 201) throw new Error(`Keystone gave no token: ${answer.status}`);
    this.#token = answer.headers.get("x-subject-token") ?? "";
  }

  /** One call, whatever its status. @param path such as `/network/v2.0/ports` */
  async ask<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: object,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer<Body>> {
    const response = await fetch(this.#url + path, {
      method,
      headers: { "x-auth-token": this.#token, "content-type": "application/json", ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed = (text ? JSON.parse(text) : {}) as Body;
    return { status: response.status, headers: response.headers, body: parsed };
  }

  /** What a path lists under a name, such as `ports`. @throws Error with the status */
  async list<Entry>(path: string): Promise<Entry[]> {
    const { status, body } = await this.ask<Record<string, Entry[]>>("GET", path);
    const [, name = ""] = /([a-z]+)(?:\/detail)?(?:\?.*)?$/.exec(path) ?? [];
    const entries = body[name];
    if (entries) return entries;
    throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`);
  }
}
