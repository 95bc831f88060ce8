import type { Provisioning } from "./records.ts";

/** A creation, change or removal that does not end when it should. */
export interface StuckChange {
  /** Which load balancer; any where it is left out. */
  readonly loadBalancerId?: string;
  /** How long it is pending, in milliseconds. */
  readonly forMs: number;
  /** How it ends. `ERROR`: what it was about is in that status, and the data plane has not changed. */
  readonly ends: Extract<Provisioning, "ACTIVE" | "ERROR">;
}

/** What goes wrong on demand. */
export class Stuck {
  #changes: StuckChange[] = [];

  add(change: StuckChange): void {
    this.#changes.push(change);
  }

  clear(): void {
    this.#changes = [];
  }

  /** The one that meets a change of this load balancer; it is then used up. */
  take(id: string): StuckChange | undefined {
    const index = this.#changes.findIndex((it) => (it.loadBalancerId ?? id) === id);
    return index < 0 ? undefined : this.#changes.splice(index, 1)[0];
  }
}
