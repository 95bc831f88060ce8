import type { DirectRoute, Grants } from "../../components/service/target.ts";
import type { Route } from "../../lib/route.ts";
import { UserError } from "../../lib/userError.ts";
import type { Engine } from "../../release/engine/engine.ts";
import type { Verdict } from "../../release/judge/types.ts";
import { planRelease } from "../../release/plan/plan.ts";
import type { Digests } from "../../release/plan/digests.ts";
import type { ConfigChange } from "../../release/plan/releasePlan.ts";
import type { ReleaseEvent } from "../../release/run/events.ts";
import { GrantKeeper } from "../../release/run/grantKeeper.ts";
import { Hooks } from "../../release/run/hooks.ts";
import { Notifier } from "../../release/run/notify.ts";
import type { LiveWatching } from "../../release/run/liveWatch.ts";
import type { Judging, ReleaseContext } from "../../release/run/releaseContext.ts";
import { JournalFile } from "../../release/store/journal.ts";
import { Lease } from "../../release/store/lease.ts";
import { realClock } from "../../release/store/clock.ts";
import type { Store } from "../../release/store/store.ts";
import type { Settings } from "../../settings/types.ts";
import { FakeClock, makeStore, strangeOwner } from "./releaseStore.ts";
import { settingsFrom } from "./settings.ts";

type File = Record<string, unknown>;

/** A stack on which green is to replace blue, by a canary of 25 %. */
const CONFIG = {
  activeColor: "blue",
  blue: { image: "app:v1", count: 2 },
  green: { image: "app:v0", count: 2 },
  release: { steps: [{ weight: 25, durationSeconds: 30, minRequests: 1 }], watchSeconds: 0 },
};

/** The second one: the deploy comes before it, the switch after it. */
export const CANARY_UP = 2;
export const SWITCH_UP = 3;

const PASS: Verdict = { outcome: "PASS", reason: "no worse than blue" } as Verdict;
const QUIET: Verdict = { outcome: "INSUFFICIENT", reason: "3 requests" } as Verdict;
export const FAIL: Verdict = { outcome: "FAIL", reason: "20 of 25 requests failed" } as Verdict;

/**
 * A release whose engine is an object: `pulumi up` makes the route that the stack file says. Journal, lock
 * and steps are the real ones; the store can be taken away.
 */
export class FakeRelease {
  readonly settings: Settings;
  readonly clock = new FakeClock();
  readonly events: ReleaseEvent[] = [];
  /** Of the stack file. */
  readonly file: File = structuredClone({
    activeColor: CONFIG.activeColor,
    blue: CONFIG.blue,
    green: CONFIG.green,
  });
  /** What the balancer does. */
  real: Route = { active: "blue", canaryWeight: 0, testers: false };
  /** The stack's. */
  outputs: Readonly<Record<string, unknown>> = {};
  isBalancerSilent = false;
  isStoreDown = false;
  /** Whether the lock follows the real clock: on a busy machine it can't be renewed as fast as the fake one runs. */
  isLockSteady = false;
  /** Whether the second verdict after the canary's `pulumi up` is FAIL. */
  isBad = false;
  onEvent: (event: ReleaseEvent) => void = () => undefined;
  /** What the balancer answers about a grant; a balancer without grants if absent. */
  grants: Grants | undefined;
  /** The grant of each `pulumi up`. */
  readonly granted: (string | undefined)[] = [];
  /** Runs at the end of every `pulumi up`, with its number; its error fails the `up`. */
  afterUp: (up: number) => void = () => undefined;
  /** Whether no verdict after the switch's `pulumi up` is more than INSUFFICIENT. */
  isQuiet = false;
  /** What is found about restarts once the switch's `pulumi up` is done. */
  crash: string | undefined;
  /** Watches blue during the deploy, and in the canary. */
  live: LiveWatching | undefined;
  ups = 0;
  readonly stopping = new AbortController();
  #lease: Lease | undefined;

  /** @param more Keys of `release`. */
  constructor(more: Readonly<Record<string, unknown>> = {}) {
    this.settings = settingsFrom({ ...CONFIG, release: { ...CONFIG.release, ...more } });
  }

  /** @param digests What each color must run. */
  async open(digests: Digests = {}): Promise<ReleaseContext> {
    const store = this.#failing(await makeStore());
    const lease = await Lease.take(
      store,
      { owner: strangeOwner("ann"), doing: "release" },
      this.isLockSteady ? realClock : this.clock,
    );
    lease.startRenewing();
    this.#lease = lease;
    const journal = await JournalFile.open(store);
    const { settings, clock, stopping } = this;
    const plan = planRelease(settings, {
      id: "20261121T120000Z-aaaa",
      stack: "prod",
      image: "app:v2",
      digests,
    });
    await journal.write({
      ...{
        plan,
        by: "ann",
        startedAt: clock.now(),
        sequence: lease.fence,
        overrides: {},
        steps: [],
      },
      ...{ isUndone: false, isPaused: false, updates: [] },
    });
    const report = (event: ReleaseEvent) => {
      this.events.push(event);
      this.onEvent(event);
    };
    return {
      ...{
        settings,
        clock,
        store,
        lease,
        journal,
        report,
        url: "http://127.0.0.1:9",
        by: "ann",
        waitSeconds: 0,
      },
      engine: this.#engine() as unknown as Engine,
      hosts: () => Promise.resolve([]),
      route: this.#route(),
      grants: new GrantKeeper({ route: this.#route(), clock, lease, report }),
      hooks: new Hooks(settings.release.hooks, report),
      notifier: new Notifier([], report),
      createJudge: () => Promise.resolve(this.#judging()),
      watchLive: () => Promise.resolve(this.live),
      signal: stopping.signal,
    };
  }

  /** For `afterEach`: ends the lock's renewing. */
  async close(): Promise<void> {
    this.isStoreDown = false;
    await this.#lease?.free();
  }

  get warnings(): string[] {
    return this.events.flatMap((event) => (event.event === "warning" ? [event.text] : []));
  }

  #engine() {
    return {
      statePlace: { backendUrl: "file:///nonexistent", project: "shop", stack: "prod" },
      stackFile: () => Promise.resolve(structuredClone(this.file)),
      set: (changes: readonly ConfigChange[]) => {
        for (const change of changes) this.#set(change);
        return Promise.resolve();
      },
      up: (_: string, __: unknown, ___: unknown, grant?: string) => {
        this.granted.push(grant);
        const { activeColor, canary } = this.file as {
          activeColor: Route["active"];
          canary?: { weight: string };
        };
        this.real = {
          active: activeColor,
          canaryWeight: Number(canary?.weight ?? 0),
          testers: canary !== undefined,
        };
        this.afterUp(++this.ups);
        return Promise.resolve({
          startedAt: new Date(this.clock.now()).toISOString(),
          outputs: this.outputs,
        });
      },
      outputs: () => Promise.resolve(this.outputs),
    };
  }

  /** As the CLI does with `--path`. */
  #set({ key, value }: ConfigChange): void {
    const [group = "", part] = key.split(".");
    if (part === undefined) {
      if (value === undefined) delete this.file[group];
      else this.file[group] = value;
    } else {
      this.file[group] = { ...(this.file[group] as File | undefined), [part]: value };
    }
  }

  #route(): DirectRoute {
    return {
      look: () =>
        this.isBalancerSilent
          ? Promise.reject(new Error("connection refused"))
          : Promise.resolve(this.real),
      set: (route: Route) => {
        this.real = route;
        return Promise.resolve([]);
      },
      ...(this.grants && { grants: this.grants }),
    };
  }

  #judging(): Judging {
    let verdicts = 0;
    const crash = () => (this.ups >= SWITCH_UP ? this.crash : undefined);
    const none = { requests: 0, failures: 0 };
    const many = { requests: 1000, failures: 0 };
    return {
      restarts: {
        poll: () => undefined,
        get problem() {
          return crash();
        },
        look: () => Promise.resolve(""),
      },
      source: {
        name: "edge",
        measure: () => Promise.resolve({ from: 0, to: 0, colors: { blue: none, green: many } }),
        close: () => Promise.resolve(),
      },
      judge: {
        add: () => undefined,
        beginStep: () => undefined,
        verdict: () => {
          if (this.ups >= CANARY_UP) verdicts++;
          if (this.isQuiet && this.ups >= SWITCH_UP) return QUIET;
          return this.isBad && verdicts > 1 ? FAIL : PASS;
        },
      },
    };
  }

  #failing(store: Store): Store {
    const check = () => {
      if (this.isStoreDown) throw new UserError("s3://releases/ has failed: timeout");
    };
    return {
      place: store.place,
      read: async (name) => (check(), store.read(name)),
      write: async (name, text, version) => (check(), store.write(name, text, version)),
      list: async (prefix) => (check(), store.list(prefix)),
    };
  }
}
