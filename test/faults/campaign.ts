import { check } from "./check.ts";
import { DRAIN_SECONDS } from "./checkRequests.ts";
import { FakedClock } from "./fakedClock.ts";
import type { TrialHistory } from "./history.ts";
import { activeOf } from "./history.ts";
import type { Violation } from "./invariants.ts";
import { BucketStore, type CampaignStore, FolderStore } from "./stores.ts";
import type { CampaignTarget } from "./target.ts";
import { alignConfig, Trial, type TrialArgs } from "./trial.ts";

export interface TrialResult {
  readonly history: TrialHistory;
  readonly violations: readonly Violation[];
}

/** How many things go wrong in a trial. */
export const FAULTS_PER_TRIAL = 10;

/** Every target's stack begins with this; steps and waits are as short as they can be. */
export function campaignConfig(store: string, hasCanary = true) {
  return {
    activeColor: "blue",
    app: { env: { SHUTDOWN_DELAY_SECONDS: "0" } },
    smoke: [{ path: "/health", contains: "version" }],
    // The tests' own 20 seconds are too few for a machine that a campaign keeps busy.
    health: { timeoutSeconds: 60, intervalSeconds: 1 },
    drainSeconds: DRAIN_SECONDS,
    release: {
      store,
      steps: hasCanary ? [{ weight: 50, durationSeconds: 3, minRequests: 20 }] : [],
      // Without a canary, the watch alone judges.
      watchSeconds: hasCanary ? 3 : 10,
      maxLatencyRatio: 50,
      probe: { path: "/", ratePerSecond: 20 },
    },
  };
}

/** For commands: the plain bucket does not ask who they are. */
export const STORE_KEY = { AWS_ACCESS_KEY_ID: "key", AWS_SECRET_ACCESS_KEY: "secret" };

/** One stack to which things happen, in trials that are each named by a seed. */
export class Campaign {
  readonly #target: CampaignTarget;
  readonly #stores: readonly CampaignStore[];
  readonly #clock: FakedClock;

  private constructor(target: CampaignTarget, stores: readonly CampaignStore[], clock: FakedClock) {
    this.#target = target;
    this.#stores = stores;
    this.#clock = clock;
  }

  /** @param open Brings the stack up, with its releases in this store. */
  static async start(open: (store: string) => Promise<CampaignTarget>): Promise<Campaign> {
    const stores = [await FolderStore.mount(), await BucketStore.start()];
    try {
      return new Campaign(await open(stores[0]!.url), stores, await FakedClock.make());
    } catch (error) {
      for (const store of stores) await store.remove();
      throw error;
    }
  }

  async remove(): Promise<void> {
    await this.#target.close();
    for (const store of this.#stores) await store.remove();
    await this.#clock.remove();
  }

  /** The same seed gives the same actions, faults and moments; the machine decides the rest. */
  async trial(
    seed: number,
    more: Partial<Pick<TrialArgs, "faults" | "kinds" | "actions" | "plan">> = {},
  ): Promise<TrialResult> {
    const store = this.#stores[seed % this.#stores.length]!;
    const { stack } = this.#target;
    const set = ["config", "set", "--path", "release.store", store.url, "--stack", stack.name];
    await stack.pulumi(set);
    const args = { target: this.#target, store, clock: this.#clock, seed };
    const trial = new Trial({ ...args, faults: FAULTS_PER_TRIAL, ...more });
    try {
      const history = await trial.run();
      return { history, violations: check(history) };
    } finally {
      await this.#clock.bump(0);
      await this.#settle();
    }
  }

  /** For the next trial, whatever this one has left. */
  async #settle(): Promise<void> {
    const { stack } = this.#target;
    const active = activeOf((await this.#target.routes())[0]?.memory) ?? "blue";
    await alignConfig(this.#target, active);
    const { ok, output } = await stack.up("--skip-preview");
    if (!ok) throw new Error(`the stack can't be settled:\n${output}`);
  }
}
