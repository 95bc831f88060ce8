import type { Verdict } from "../judge/types.ts";
import type { Overrides } from "../plan/preflight.ts";
import type { ReleasePlan } from "../plan/types.ts";
import type { StretchReport } from "../sources/stretch.ts";
import { UserError } from "../../lib/userError.ts";
import type { Store } from "./store.ts";

/** What has come of a step. Times in milliseconds since 1970. */
export interface StepRecord {
  readonly name: string;
  readonly beganAt: number;
  readonly endedAt?: number;
  /** The last one; for steps that are judged. */
  readonly verdict?: Verdict;
  /** Who sent it on, where a person did. */
  readonly promotedBy?: string;
}

export const OUTCOMES = ["released", "rolled-back", "aborted", "failed", "retired"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/**
 * A release as far as it has come; enough to go on after a kill. While `isUndone`, all that is left to
 * do is to go back.
 */
export interface Journal {
  readonly plan: ReleasePlan;
  readonly by: string;
  readonly startedAt: number;
  readonly overrides: Overrides;
  /** The step that began last is at the end; one without `endedAt` has not ended. */
  readonly steps: readonly StepRecord[];
  readonly isUndone: boolean;
  /** What it ends as once it has gone back. */
  readonly goesBackAs?: Outcome;
  /** Nobody works on it until somebody promotes or aborts it. */
  readonly isPaused: boolean;
  /** Why it goes back, or has ended; for people. */
  readonly reason?: string;
  /** `outcome` is there once nothing is left to do. */
  readonly outcome?: Outcome;
  readonly endedAt?: number;
  /** What users got during the switch, as the prober measured it. */
  readonly measured?: StretchReport;
  /** Requests that the new color answered, well or not, of users and of the prober. */
  readonly met?: { readonly requests: number; readonly failures: number };
  /** When they began, as the stack's own update history has it. */
  readonly updates: readonly string[];
  /** Image digests by color, as the stack's outputs had them at the end. */
  readonly digests?: Readonly<Record<string, string>>;
}

const JOURNAL = "journal";

/** The journal of the release that is under way; whoever has lost the lock can't write it any more. */
export class JournalFile {
  readonly #store: Store;
  #version: string | undefined;
  #journal: Journal | undefined;
  /** The last write that was begun: the next one waits for it. */
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(store: Store, version?: string, journal?: Journal) {
    this.#store = store;
    this.#version = version;
    this.#journal = journal;
  }

  static async open(store: Store): Promise<JournalFile> {
    const there = await store.read(JOURNAL);
    if (!there) return new JournalFile(store);
    return new JournalFile(store, there.version, JSON.parse(there.text) as Journal);
  }

  /** Of the last release, whether it has ended or not. */
  get last(): Journal | undefined {
    return this.#journal;
  }

  /** Of the release that has not ended. */
  get unfinished(): Journal | undefined {
    return this.#journal?.outcome === undefined ? this.#journal : undefined;
  }

  /** @throws Error where no release is under way. */
  get current(): Journal {
    if (!this.#journal) throw new Error("no release is under way");
    return this.#journal;
  }

  /** @throws UserError where somebody else has written it since. */
  write(journal: Journal): Promise<void> {
    return this.#next(() => journal);
  }

  change(change: Partial<Journal>): Promise<void> {
    return this.#next((current) => ({ ...current, ...change }));
  }

  /** Of the step that began last. */
  changeStep(change: Partial<StepRecord>): Promise<void> {
    return this.#next((current) => ({
      ...current,
      steps: current.steps.map((step, at) =>
        at === current.steps.length - 1 ? { ...step, ...change } : step,
      ),
    }));
  }

  /** One after the other: a step is judged while `pulumi up` works on it. */
  #next(make: (current: Journal) => Journal): Promise<void> {
    const writing = this.#writing.then(() => this.#write(make));
    this.#writing = writing.catch(() => undefined);
    return writing;
  }

  async #write(make: (current: Journal) => Journal): Promise<void> {
    const journal = make(this.#journal as Journal);
    const text = JSON.stringify(journal);
    const version = await this.#store.write(JOURNAL, text, this.#version);
    if (version === undefined) {
      throw new UserError(
        "Somebody else has gone on with this release, so this one stops. See who: bluegreen status",
      );
    }
    this.#version = version;
    this.#journal = journal;
  }
}
