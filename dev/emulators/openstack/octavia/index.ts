import type { Labels } from "../../labels.ts";
import type { Attachment } from "../../networks/networks.ts";
import { Schedule } from "../../schedule.ts";
import type { Answer, Request, Service } from "../http/service.ts";
import { settled } from "./cloud/balancerLife.ts";
import { publish, withdraw } from "./cloud/floating.ts";
import { State } from "./cloud/state.ts";
import { Stuck, type StuckChange } from "./cloud/stuck.ts";
import { Traffic } from "./cloud/traffic.ts";
import {
  OCTAVIA_DELAYS,
  type OctaviaDelays,
  type QuotaName,
  type Quotas,
  QUOTAS,
} from "./options.ts";
import type { Balancers } from "./plane/balancers.ts";
import type { VipPorts } from "./plane/vips.ts";
import { answer } from "./routing.ts";

export type { StuckChange } from "./cloud/stuck.ts";
export type { OctaviaDelays, QuotaName } from "./options.ts";
export type * from "./plane/balancers.ts";
export type * from "./plane/vips.ts";
export { Refusal } from "./refusal.ts";

export interface OctaviaOptions {
  /** What makes the load balancers: real HAProxy, or what a test wants instead. */
  readonly balancers: Balancers;
  readonly vips: VipPorts;
  /** Key and certificates as PEM for a secret's container. Default: there is none. */
  readonly certificate?: (this: void, ref: string) => string | undefined;
  readonly delays?: Partial<OctaviaDelays>;
  readonly quotas?: Partial<Quotas>;
  /** The same seed draws the same delays in the same order. Default 1. */
  readonly seed?: number;
  /** For whatever it makes in Docker. */
  readonly labels: Labels;
  /** Gets what goes wrong in the emulator itself. */
  readonly onError: (where: string, error: unknown) => void;
}

/** Octavia, version 2 of its API, with the amphora driver. */
export class Octavia implements Service {
  readonly type = "load-balancer";
  readonly #state: State;

  constructor(options: OctaviaOptions) {
    const { balancers, vips, labels, onError, certificate = () => undefined } = options;
    const schedule = new Schedule(options.seed ?? 1, onError);
    const delays = { ...OCTAVIA_DELAYS, ...options.delays };
    const quotas = { ...QUOTAS, ...options.quotas };
    const all = { balancers, vips, labels, certificate, schedule, delays, quotas };
    this.#state = new State(all, new Stuck(), new Traffic());
  }

  async handle(request: Request): Promise<Answer> {
    return await answer(this.#state, request);
  }

  /** The next change of this load balancer is pending for longer, and may fail. */
  stick(change: StuckChange): void {
    this.#state.stuck.add(change);
  }

  clearFaults(): void {
    this.#state.stuck.clear();
  }

  /** From now on; -1 is no limit. */
  setQuota(name: QuotaName, most: number): void {
    this.#state.options.quotas[name] = most;
  }

  /** Gives the load balancer behind a VIP's port a floating address, if need be when it is made. */
  async publish(portId: string, at: Attachment): Promise<void> {
    await publish(this.#state, portId, at);
  }

  /** @param network Docker's name */
  async withdraw(portId: string, network: string): Promise<void> {
    await withdraw(this.#state, portId, network);
  }

  /** Resolves when no change of this load balancer is on its way any more; a minute at most. */
  async settled(loadBalancerId: string): Promise<void> {
    await settled(this.#state, loadBalancerId);
  }

  /** How many load balancers, and how many of all that belongs to them, there are. */
  count(): { readonly balancers: number; readonly parts: number } {
    const { balancers, listeners, pools, members, monitors, policies, rules } = this.#state;
    const parts = [listeners, pools, members, monitors, policies, rules];
    return { balancers: balancers.size, parts: parts.reduce((sum, { size }) => sum + size, 0) };
  }

  /** Nothing happens any more, and no load balancer runs. */
  async stop(): Promise<void> {
    await this.#state.options.schedule.stop();
    for (const { running } of this.#state.balancers.values()) await running?.remove();
  }
}
