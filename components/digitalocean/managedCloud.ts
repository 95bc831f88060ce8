import { setTimeout as sleep } from "node:timers/promises";
import { membersOf, stackDroplets } from "./droplets.ts";
import {
  formatRouteTag,
  isRouteTag,
  type ManagedRecord,
  readRouteTag,
  type StackTags,
} from "./tags.ts";
import type { Cloud, DropletId } from "./switchRoute.ts";
import { ApiError } from "../cloud/apiClient.ts";
import type { Api } from "./api.ts";
import { askColor } from "./askBalancer.ts";

/** After a change of its members the balancer refuses changes and deletion for a while. */
const FOLLOW_MS = 15_000;

/** A stack's droplets and its managed balancer, through the vendor's API. */
export class ManagedCloud implements Cloud {
  readonly #api: Api;
  readonly #tags: StackTags;
  readonly #url: string;

  /** @param url Requested from the balancer to see which color answers. */
  constructor(api: Api, tags: StackTags, url: string) {
    this.#api = api;
    this.#tags = tags;
    this.#url = url;
  }

  async members() {
    return membersOf(await stackDroplets(this.#api, this.#tags), this.#tags);
  }

  async record() {
    return readRouteTag(this.#tags.stack, await this.#recordTags());
  }

  async writeRecord(record: ManagedRecord, on: readonly DropletId[]): Promise<void> {
    const tag = formatRouteTag(this.#tags.stack, record);
    await this.#api.post("/v2/tags", { name: tag }).catch((error: unknown) => {
      // It already exists.
      if (!(error instanceof ApiError && error.status === 422)) throw error;
    });
    await this.#tag(tag, on);
    for (const old of await this.#recordTags()) {
      if (old !== tag) await this.#api.delete(tagPath(old));
    }
  }

  /** Removes everything that this program has written to the account. */
  async clear(): Promise<void> {
    const members = await this.members();
    const live = members.filter(({ isLive }) => isLive).map(({ id }) => id);
    await this.#untag(this.#tags.live, live);
    await this.setReady(
      members.filter(({ isReady }) => isReady).map(({ id }) => id),
      false,
    );
    for (const record of await this.#recordTags()) await this.#api.delete(tagPath(record));
    if (live.length > 0) await sleep(FOLLOW_MS);
  }

  async setLive(ids: readonly DropletId[], isLive: boolean): Promise<void> {
    await (isLive ? this.#tag(this.#tags.live, ids) : this.#untag(this.#tags.live, ids));
  }

  async setReady(ids: readonly DropletId[], isReady: boolean): Promise<void> {
    await (isReady ? this.#tag(this.#tags.ready, ids) : this.#untag(this.#tags.ready, ids));
  }

  ask = () => askColor(this.#url);
  wait = (ms: number) => sleep(ms);
  now = () => Date.now();
  say = (line: string) => console.error(line);

  async #recordTags(): Promise<string[]> {
    const droplets = await stackDroplets(this.#api, this.#tags);
    const tags = new Set(droplets.flatMap((droplet) => droplet.tags));
    return [...tags].filter((tag) => isRouteTag(this.#tags.stack, tag));
  }

  async #tag(tag: string, ids: readonly DropletId[]): Promise<void> {
    if (ids.length > 0) await this.#api.post(`${tagPath(tag)}/resources`, resources(ids));
  }

  async #untag(tag: string, ids: readonly DropletId[]): Promise<void> {
    if (ids.length > 0) await this.#api.delete(`${tagPath(tag)}/resources`, resources(ids));
  }
}

function tagPath(tag: string): string {
  return `/v2/tags/${encodeURIComponent(tag)}`;
}

function resources(ids: readonly DropletId[]) {
  return { resources: ids.map((id) => ({ resource_id: String(id), resource_type: "droplet" })) };
}
