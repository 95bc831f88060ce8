import { setTimeout as sleep } from "node:timers/promises";
import type { KyInstance } from "ky";
import { endpointOf, regionsWith, type Service } from "./catalog.ts";
import type { OpenStackAccount } from "../../settings/types.ts";
import { ApiError, callError, patientClient } from "../cloud/apiClient.ts";
import { type Session, messageIn, openSession } from "./authentication.ts";

/**
 * How long a call waits while another change of the balancer is in progress. Octavia refuses changes
 * during that time: seconds, or minutes if it creates machines.
 */
const IMMUTABLE_MS = 300_000;
const LOOK_MS = 1000;

type Method = "get" | "post" | "put";
type Body = Readonly<Record<string, unknown>>;
type Page<Entry> = Readonly<Record<string, readonly Entry[] | readonly Link[] | string>>;
interface Link {
  readonly rel: string;
  readonly href: string;
}

/**
 * The calls to an OpenStack project's services that this program makes itself. Paths follow the service's
 * version: `/servers/detail`, `/floatingips`, `/lbaas/listeners/<id>`. Only for calls that are safe to
 * repeat.
 *
 * @see https://docs.openstack.org/api-quick-start/
 */
export class OpenStack {
  readonly #account: OpenStackAccount;
  readonly #ky: KyInstance;
  readonly #beforeAgain: () => Promise<void>;
  #session: Session;

  private constructor(
    account: OpenStackAccount,
    session: Session,
    beforeAgain: () => Promise<void>,
  ) {
    this.#account = account;
    this.#session = session;
    this.#ky = patientClient({}, beforeAgain);
    this.#beforeAgain = beforeAgain;
  }

  /**
   * @param beforeAgain Called before a change is retried; an error from it ends the call.
   * @throws ApiError 401 if the account is not accepted.
   */
  static async open(
    account: OpenStackAccount,
    beforeAgain: () => Promise<void> = async () => {},
  ): Promise<OpenStack> {
    return new OpenStack(account, await openSession(account), beforeAgain);
  }

  get projectId(): string {
    return this.#session.projectId;
  }

  /** The same session for another region. */
  inRegion(region: string): OpenStack {
    return new OpenStack({ ...this.#account, region }, this.#session, async () => {});
  }

  /** The regions that have a service. */
  regions(service: Service): string[] {
    return regionsWith(this.#session.catalog, service);
  }

  /** Whether the account's region has it. */
  has(service: Service): boolean {
    return this.regions(service).includes(this.#account.region);
  }

  /** @throws ApiError */
  async get<Answer>(service: Service, path: string): Promise<Answer> {
    return JSON.parse(await this.#call("get", service, path)) as Answer;
  }

  /** All entries of a list, page by page. @param key The list's key in the response. */
  async list<Entry>(service: Service, path: string, key: string): Promise<Entry[]> {
    const entries: Entry[] = [];
    for (let next: string | undefined = path; next !== undefined;) {
      const page: Page<Entry> = await this.get(service, next);
      entries.push(...((page[key] ?? []) as readonly Entry[]));
      next = nextPath(path, page, key);
    }
    return entries;
  }

  /** Posts without a body. @throws ApiError */
  async post(service: Service, path: string): Promise<void> {
    await this.#call("post", service, path);
  }

  /** Waits until other changes of the balancer are complete. @throws ApiError */
  async put(service: Service, path: string, body: Body): Promise<void> {
    const until = Date.now() + IMMUTABLE_MS;
    for (;;) {
      try {
        await this.#call("put", service, path, body);
        return;
      } catch (error) {
        if (!isImmutable(error) || Date.now() > until) throw error;
        await sleep(LOOK_MS);
        await this.#beforeAgain();
      }
    }
  }

  async #call(method: Method, service: Service, path: string, body?: Body): Promise<string> {
    const { token } = this.#session;
    try {
      return await this.#ask(method, service, path, body);
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 401)) throw error;
      // Tokens expire, for several calls at the same time.
      if (this.#session.token === token) this.#session = await openSession(this.#account);
      return this.#ask(method, service, path, body);
    }
  }

  async #ask(method: Method, service: Service, path: string, body?: Body): Promise<string> {
    const call = `OpenStack (${service}), ${method.toUpperCase()} ${path}`;
    const endpoint = endpointOf(this.#session.catalog, service, this.#account.region);
    if (endpoint === undefined) {
      throw new ApiError(0, `${call}: ${this.#account.region} has no such service`);
    }
    try {
      return await this.#ky(endpoint + path, {
        method,
        headers: { "x-auth-token": this.#session.token },
        ...(body && { json: body }),
      }).text();
    } catch (error) {
      throw await callError(call, error, messageIn);
    }
  }
}

/** Octavia's error while the balancer is PENDING_UPDATE, also for its listeners and pools. */
function isImmutable(error: unknown): boolean {
  return error instanceof ApiError && error.status === 409 && error.message.includes("immutable");
}

/** Drops the host of the link to the next page; it may be internal to the cloud. */
function nextPath<Entry>(path: string, page: Page<Entry>, key: string): string | undefined {
  const links = (page[`${key}_links`] ?? []) as readonly Link[];
  // Glance's is a string.
  const href = page["next"] ?? links.find(({ rel }) => rel === "next")?.href;
  if (typeof href !== "string") return undefined;
  return `${path.split("?")[0]}?${href.split("?")[1] ?? ""}`;
}
