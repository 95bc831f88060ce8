import type { DirectRoute, Target } from "../../components/service/target.ts";
import type { Settings } from "../../settings/types.ts";
import type { Engine } from "../engine/engine.ts";
import type { Judge, Source } from "../judge/types.ts";
import type { Restarts } from "../sources/restarts.ts";
import type { Clock } from "../store/clock.ts";
import type { JournalFile } from "../store/journal.ts";
import type { Lease } from "../store/lease.ts";
import type { Store } from "../store/store.ts";
import type { Report } from "./events.ts";
import type { GrantKeeper } from "./grantKeeper.ts";
import type { Hooks } from "./hooks.ts";
import type { LiveWatch, LiveWatching } from "./liveWatch.ts";
import type { Notifier } from "./notify.ts";

/** One judge and one source serve a whole release. */
export interface Judging {
  readonly source: Source;
  readonly judge: Judge & { beginStep(minRequests: number): void };
  readonly restarts: Restarts;
  /** Of the color that is live before the switch; absent where it is not watched. */
  readonly live?: LiveWatch;
}

/** What a running release works with. */
export interface ReleaseContext {
  readonly settings: Settings;
  readonly engine: Engine;
  readonly hosts: Target["hosts"];
  readonly route: DirectRoute;
  readonly store: Store;
  readonly lease: Lease;
  readonly journal: JournalFile;
  readonly grants: GrantKeeper;
  readonly hooks: Hooks;
  readonly notifier: Notifier;
  readonly report: Report;
  readonly clock: Clock;
  /** To be called once the idle color has the image. */
  readonly createJudge: () => Promise<Judging>;
  /** To be called before anything is deployed. */
  readonly watchLive: () => Promise<LiveWatching | undefined>;
  /** The public URL. */
  readonly url: string;
  /** The person who runs the command: `ann on laptop`. */
  readonly by: string;
  /** How long a person may take to promote. */
  readonly waitSeconds: number;
  /** Aborts when the user asks to stop. */
  readonly signal: AbortSignal;
}
