import { setTimeout as sleep } from "node:timers/promises";
import type { Color } from "../../lib/color.ts";
import type { BalancerParts } from "./balancerParts.ts";
import { listenerState, memberColor } from "./listenerState.ts";
import type { ListenerState, PoolName } from "./listenerRoute.ts";
import { isLeaving } from "./membersMark.ts";
import type { ApiListener, ApiMember, ApiPolicy } from "./octaviaTypes.ts";
import { type ListenerRecord, readListenerRecord, withListenerRecord } from "./listenerRecord.ts";
import type { Listener } from "./setOctaviaRoute.ts";
import { asItIs, type SetMember } from "./sharedMembers.ts";
import type { OpenStack } from "./api.ts";
import { changeBalancer } from "./changeBalancer.ts";

/** The parts of a load balancer that make up its route, through Octavia's API. */
export class OctaviaListener implements Listener {
  readonly #api: OpenStack;
  readonly #parts: BalancerParts;

  constructor(api: OpenStack, parts: BalancerParts) {
    this.#api = api;
    this.#parts = parts;
  }

  async state(): Promise<ListenerState> {
    const { listener, preview, policies } = this.#parts;
    const [main, testers, links, shared] = await Promise.all([
      this.#listener(listener),
      preview === undefined ? undefined : this.#listener(preview),
      Promise.all(policies.map((id) => this.#policy(id))),
      this.poolMembers("shared"),
    ]);
    const seen = { listener: main, policies: links, shared, ...(testers && { preview: testers }) };
    return listenerState(this.#parts, seen);
  }

  async record(): Promise<ListenerRecord | undefined> {
    return readListenerRecord((await this.#listener(this.#parts.listener)).tags ?? []);
  }

  async members(color: Color) {
    const all = await this.poolMembers(color);
    const names = (isOnline: boolean) =>
      all.filter((one) => (one.operating_status === "ONLINE") === isOnline).map(({ name }) => name);
    return { online: names(true), others: names(false) };
  }

  poolMembers(name: PoolName): Promise<ApiMember[]> {
    return this.#api.list("load-balancer", this.#membersPath(name), "members");
  }

  /** Replaces all members: those not named leave. */
  async setMembers(name: PoolName, members: readonly SetMember[]): Promise<void> {
    await this.#change(this.#membersPath(name), { members });
  }

  async setWeights(weights: Readonly<Record<Color, number>>): Promise<void> {
    const members = await this.poolMembers("shared");
    await this.setMembers(
      "shared",
      members.map((member) => ({
        ...asItIs(member),
        weight: isLeaving(member) ? 0 : weights[memberColor(member.name) ?? "blue"],
      })),
    );
  }

  async setTesters(color: Color | undefined): Promise<void> {
    const { policies, pools } = this.#parts;
    const change =
      color === undefined
        ? { admin_state_up: false }
        : { admin_state_up: true, redirect_pool_id: pools[color] };
    for (const id of policies) {
      await this.#change(`/lbaas/l7policies/${id}`, { l7policy: change });
    }
  }

  async setPreview(color: Color): Promise<void> {
    const { preview, pools } = this.#parts;
    if (preview === undefined) return;
    await this.#change(`/lbaas/listeners/${preview}`, {
      listener: { default_pool_id: pools[color] },
    });
  }

  async setPointer(pointer: PoolName, record: ListenerRecord): Promise<void> {
    await this.#tell({ default_pool_id: this.#parts.pools[pointer] }, record);
  }

  async setRecord(record: ListenerRecord): Promise<void> {
    await this.#tell({}, record);
  }

  wait = (ms: number) => sleep(ms);
  now = () => Date.now();
  say = (line: string) => console.error(line);

  async #tell(change: object, record: ListenerRecord): Promise<void> {
    const { listener } = this.#parts;
    const { tags = [] } = await this.#listener(listener);
    await this.#change(`/lbaas/listeners/${listener}`, {
      listener: { ...change, tags: withListenerRecord(tags, record) },
    });
  }

  #change(path: string, body: Readonly<Record<string, unknown>>): Promise<void> {
    return changeBalancer(this.#api, this.#parts.balancer, path, body);
  }

  async #listener(id: string): Promise<ApiListener> {
    const path = `/lbaas/listeners/${id}`;
    return (await this.#api.get<{ listener: ApiListener }>("load-balancer", path)).listener;
  }

  async #policy(id: string): Promise<ApiPolicy> {
    const path = `/lbaas/l7policies/${id}`;
    return (await this.#api.get<{ l7policy: ApiPolicy }>("load-balancer", path)).l7policy;
  }

  #membersPath(name: PoolName): string {
    return `/lbaas/pools/${this.#parts.pools[name]}/members`;
  }
}
