import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

type Thing = Record<string, unknown>;

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly token: string | undefined;
  readonly body: Thing;
}

/** A failure for the next requests that match, such as `PUT /v2/load_balancers`. */
export interface Fault {
  readonly request: string;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  times: number;
}

/** The collections, each with the name of one thing in an answer. */
const KINDS: Readonly<Record<string, string>> = {
  vpcs: "vpc",
  tags: "tag",
  droplets: "droplet",
  firewalls: "firewall",
  load_balancers: "load_balancer",
  reserved_ips: "reserved_ip",
};

/**
 * The least of the vendor's API with which a plugin can be watched: keeps what is sent, answers in
 * the shapes of the vendor's description, and remembers every request.
 */
export class ScriptedCloud {
  readonly asked: Asked[] = [];
  readonly faults: Fault[] = [];
  readonly things = new Map<string, Thing>();
  readonly #server: Server;
  #next = 100;

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#serve(request, response);
    });
  }

  static async start(): Promise<ScriptedCloud> {
    const cloud = new ScriptedCloud();
    await new Promise<void>((resolve) => cloud.#server.listen(0, "127.0.0.1", resolve));
    return cloud;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** `PUT /v2/tags/a`, one for each request that changes something. */
  get changes(): string[] {
    const changing = this.asked.filter(({ method }) => method !== "GET");
    return changing.map(({ method, path }) => `${method} ${path}`);
  }

  /** The things of a collection. */
  list(kind: string): Thing[] {
    return [...this.things].filter(([path]) => path.startsWith(`/v2/${kind}/`)).map(([, it]) => it);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const { method = "", url: path = "", headers } = request;
    const body = (text === "" ? {} : JSON.parse(text)) as Thing;
    this.asked.push({ method, path, token: headers.authorization, body });
    const { status, answer, extra } = this.#answer(method, path, body);
    response.writeHead(status, { "Content-Type": "application/json", ...extra });
    response.end(status === 204 ? "" : JSON.stringify(answer));
  }

  #answer(method: string, path: string, body: Thing) {
    const fault = this.faults.find(
      (one) => one.times > 0 && `${method} ${path}`.startsWith(one.request),
    );
    if (fault) {
      fault.times--;
      const answer = { id: "fault", message: "as scripted", request_id: "r-1" };
      return { status: fault.status, answer, extra: fault.headers ?? {} };
    }
    return { extra: {}, ...this.#work(method, path, body) };
  }

  #work(method: string, path: string, body: Thing): { status: number; answer: Thing } {
    const [, , kind = "", id] = path.split("/");
    const name = KINDS[kind] ?? kind;
    if (method === "POST" && path.endsWith("/resources")) return this.#tagged(id, body, true);
    if (method === "DELETE" && path.endsWith("/resources")) return this.#tagged(id, body, false);
    if (method === "POST") return { status: 202, answer: { [name]: this.#make(kind, body) } };
    const thing = this.things.get(path);
    if (!thing) return { status: 404, answer: { id: "not_found", message: "not found" } };
    if (method === "DELETE") this.things.delete(path);
    else if (method === "PUT") this.things.set(path, this.#shaped(kind, thing, body));
    else if (kind === "droplets") this.things.set(path, { ...thing, status: "active" });
    return { status: method === "DELETE" ? 204 : 200, answer: { [name]: thing } };
  }

  #make(kind: string, body: Thing): Thing {
    const number = this.#next++;
    const id = kind === "droplets" ? number : `00000000-0000-4000-8000-000000000${number}`;
    const key = kind === "tags" ? String(body["name"]) : String(id);
    const again = this.things.get(`/v2/${kind}/${key}`);
    if (again) return again;
    const thing = this.#shaped(kind, { id, created_at: "2024-06-14T10:30:49Z" }, body);
    this.things.set(`/v2/${kind}/${key}`, thing);
    return thing;
  }

  #shaped(kind: string, before: Thing, body: Thing): Thing {
    const thing = { ...before, ...body };
    const region = { slug: body["region"] };
    if (kind === "vpcs") return { ...thing, ip_range: "10.108.16.0/20", urn: "do:vpc:x" };
    if (kind === "tags") return { ...thing, resources: { count: 0 } };
    if (kind === "firewalls") return { ...thing, status: "succeeded", pending_changes: [] };
    if (kind === "load_balancers") {
      return { size_unit: 1, ...thing, region, status: "active", ip: "192.0.2.9", droplet_ids: [] };
    }
    const v4 = [
      { type: "public", ip_address: "192.0.2.1" },
      { type: "private", ip_address: "10.108.16.2" },
    ];
    return {
      ...{ ...thing, region, status: "new", locked: false, features: ["private_networking"] },
      ...{ size: { slug: body["size"], price_monthly: 6 }, networks: { v4, v6: [] } },
      volume_ids: [],
    };
  }

  #tagged(tag: string | undefined, body: Thing, on: boolean): { status: number; answer: Thing } {
    for (const { resource_id: id } of body["resources"] as { resource_id: string }[]) {
      const path = `/v2/droplets/${id}`;
      const droplet = this.things.get(path) ?? {};
      const others = (droplet["tags"] as string[]).filter((name) => name !== tag);
      this.things.set(path, { ...droplet, tags: on ? [...others, tag] : others });
    }
    return { status: 204, answer: {} };
  }
}
