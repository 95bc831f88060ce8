import { randomUUID } from "node:crypto";
import type { Answer, Request, Service } from "../http/service.ts";
import { readPkcs12 } from "./pkcs12.ts";

interface Order {
  readonly name?: string;
  readonly secret_type?: string;
  /** Base64. */
  readonly payload?: string;
  readonly payload_content_type?: string;
}

interface Secret {
  readonly order: Order;
  /** What Octavia finds in it; undefined where it is no PKCS #12 file without a password. */
  readonly pem: string | undefined;
}

/** Barbican, version 1 of its API, for secrets that come with their payload; kept in memory. */
export class Barbican implements Service {
  readonly type = "key-manager";
  readonly #secrets = new Map<string, Secret>();

  async handle(request: Request): Promise<Answer> {
    const { method, path } = request;
    if (method === "POST" && path === "/v1/secrets") return await this.#store(request);
    const id = idIn(path);
    const secret = this.#secrets.get(id);
    if (!secret) return refused(404, "Not Found", "Secret not found.");
    if (method === "GET") return { status: 200, body: view(secret, refOf(request, id)) };
    if (method !== "DELETE") return refused(405, "Method Not Allowed", "Method not allowed.");
    this.#secrets.delete(id);
    return { status: 204 };
  }

  /** Key and certificates as PEM; undefined where nothing is kept by that reference. */
  certificate(ref: string): string | undefined {
    return this.#secrets.get(idIn(ref))?.pem;
  }

  count(): { readonly secrets: number } {
    return { secrets: this.#secrets.size };
  }

  async #store(request: Request): Promise<Answer> {
    const order = (request.body ?? {}) as Order;
    const id = randomUUID();
    const pem = await readPkcs12(Buffer.from(order.payload ?? "", "base64"));
    this.#secrets.set(id, { order, pem });
    return { status: 201, body: { secret_ref: refOf(request, id) } };
  }
}

function idIn(path: string): string {
  return /\/v1\/secrets\/([0-9a-f-]{36})$/.exec(path)?.[1] ?? "";
}

function refOf({ headers }: Request, id: string): string {
  return `http://${headers["host"]}/key-manager/v1/secrets/${id}`;
}

function view({ order }: Secret, ref: string): object {
  const { name = null, secret_type = "opaque", payload_content_type: type } = order;
  return { name, secret_type, status: "ACTIVE", secret_ref: ref, content_types: { default: type } };
}

function refused(code: number, title: string, description: string): Answer {
  return { status: code, body: { code, title, description } };
}
