import type { Verdict } from "../judge/types.ts";
import type { Overrides } from "../plan/preflight.ts";
import type { WorkingProcesses } from "../plan/workingProcesses.ts";
import type { ReleasePlan } from "../plan/releasePlan.ts";
import type { StretchReport } from "../sources/stretch.ts";
import { NO_SECRETS, type Secrets } from "../../lib/secrets.ts";
import { UserError } from "../../lib/userError.ts";
import type { Store } from "./store.ts";

/** The course of a step. Times in milliseconds since 1970. */
export interface StepRecord {
  readonly name: string;
  readonly beganAt: number;
  readonly endedAt?: number;
  /** The last verdict, for steps that are judged. */
  readonly verdict?: Verdict;
  /** The person who promoted it, if one did. */
  readonly promotedBy?: string;
}

export type Outcome =
  | "released"
  /** Released, and the watch saw too few requests for a verdict. */
  | "undecided"
  | "rolled-back"
  | "aborted"
  | "failed"
  | "retired"
  /** It has ended, and the balancer's route is not what the ending says. */
  | "mismatch";

/**
 * The state of a release, sufficient to resume it after a kill. While `isUndone`, only the rollback is
 * left to do.
 */
export interface Journal {
  readonly plan: ReleasePlan;
  readonly by: string;
  readonly startedAt: number;
  /** Grows from release to release, whatever the clocks say. */
  readonly sequence: number;
  readonly overrides: Overrides;
  /** In the order of their start; a step without `endedAt` has not ended. */
  readonly steps: readonly StepRecord[];
  readonly isUndone: boolean;
  /** Its outcome once it is rolled back. */
  readonly goesBackAs?: Outcome;
  /** No command works on it until it is promoted or aborted. */
  readonly isPaused: boolean;
  /** Why it is rolled back, or has ended; for people. */
  readonly reason?: string;
  /** Present once nothing is left to do. */
  readonly outcome?: Outcome;
  readonly endedAt?: number;
  /** Whether a `pulumi up` has set its route and then failed, so it has to be repeated. */
  readonly isUpDue?: boolean;
  /** What users got during the switch, as the probe measured it. */
  readonly measured?: StretchReport;
  /** Requests of users and of the probe that the new color answered, including failures. */
  readonly met?: { readonly requests: number; readonly failures: number };
  /** Start times of its updates, as in the stack's own update history. */
  readonly updates: readonly string[];
  /** Image digests by color, from the stack's outputs at the end. */
  readonly digests?: Readonly<Record<string, string>>;
  /** What was at work at the end, from the same outputs; absent without processes. */
  readonly processes?: WorkingProcesses;
}

/** Another command works on the release now. */
export class OvertakenError extends UserError {}

const JOURNAL = "journal";
const HISTORY = "history/";
const SEQUENCE_DIGITS = 8;

/** The journal of the release in progress. A command that has lost the lock can't write it any more. */
export class JournalFile {
  readonly #store: Store;
  readonly #secrets: Secrets;
  #version: string | undefined;
  #journal: Journal | undefined;
  /** The last write that was started: the next one waits for it. */
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(store: Store, secrets: Secrets, version?: string, journal?: Journal) {
    this.#store = store;
    this.#secrets = secrets;
    this.#version = version;
    this.#journal = journal;
  }

  /** @param secrets Kept out of the texts for people that it records. */
  static async open(store: Store, secrets = NO_SECRETS): Promise<JournalFile> {
    const stored = await store.read(JOURNAL);
    if (!stored) return new JournalFile(store, secrets);
    return new JournalFile(store, secrets, stored.version, JSON.parse(stored.text) as Journal);
  }

  /** The last release, whether it has ended or not. */
  get last(): Journal | undefined {
    return this.#journal;
  }

  /** The release that has not ended. */
  get unfinished(): Journal | undefined {
    return this.#journal?.outcome === undefined ? this.#journal : undefined;
  }

  /** @throws UserError if there is none. */
  requireUnfinished(): Journal {
    if (this.unfinished) return this.unfinished;
    throw new UserError("No release is in progress. List the last ones: bluegreen history");
  }

  /** @throws Error if there is none. */
  get current(): Journal {
    if (!this.#journal) throw new Error("no release is in progress");
    return this.#journal;
  }

  /** @throws UserError if another command has written it since. */
  write(journal: Journal): Promise<void> {
    return this.#enqueue(() => journal);
  }

  change(change: Partial<Journal>): Promise<void> {
    return this.#enqueue((current) => ({ ...current, ...change }));
  }

  /**
   * Changes it now, and in a store that does not answer with the next write.
   *
   * @throws OvertakenError
   */
  async note(change: Partial<Journal>): Promise<void> {
    await this.change(change).catch(ignoreSilence);
  }

  /** The same for the step that started last. */
  async noteStep(change: Partial<StepRecord>): Promise<void> {
    await this.changeStep(change).catch(ignoreSilence);
  }

  /** Changes the step that started last. */
  changeStep(change: Partial<StepRecord>): Promise<void> {
    return this.#enqueue((current) => ({
      ...current,
      steps: current.steps.map((step, at) =>
        at === current.steps.length - 1 ? { ...step, ...change } : step,
      ),
    }));
  }

  /** In sequence: a step is judged while `pulumi up` runs for it. */
  #enqueue(make: (current: Journal) => Journal): Promise<void> {
    const writing = this.#writing.then(() => this.#write(make));
    this.#writing = writing.catch(() => undefined);
    return writing;
  }

  async #write(make: (current: Journal) => Journal): Promise<void> {
    const made = make(this.#journal as Journal);
    // The plan is what a resumed release sets; the rest is for people.
    const journal = { ...this.#secrets.mask(made), plan: made.plan };
    // What a failing store did not take, the next write brings.
    this.#journal = journal;
    const text = JSON.stringify(journal);
    const version = await this.#store.write(JOURNAL, text, this.#version);
    if (version === undefined) {
      throw new OvertakenError(
        "Another command has taken over this release, so this one stops. Show it: bluegreen status",
      );
    }
    this.#version = version;
  }
}

function ignoreSilence(error: Error): void {
  if (error instanceof OvertakenError) throw error;
}

/** Adds a release that has ended. Its entry never changes. */
export async function appendHistory(store: Store, journal: Journal): Promise<void> {
  // A release that was killed between this write and the journal's writes it again.
  const { sequence, plan } = journal;
  const name = `${HISTORY}${String(sequence).padStart(SEQUENCE_DIGITS, "0")}-${plan.id}`;
  await store.write(name, JSON.stringify(journal));
}

/** The latest ones, oldest first. */
export async function readHistory(store: Store, limit = Infinity): Promise<Journal[]> {
  const names = await store.list(HISTORY);
  const wanted = names.slice(Math.max(0, names.length - limit));
  const texts = await Promise.all(wanted.map((name) => store.read(name)));
  return texts.flatMap((stored) => (stored ? [JSON.parse(stored.text) as Journal] : []));
}

export async function readFinished(store: Store, id: string): Promise<Journal | undefined> {
  const name = (await store.list(HISTORY)).find((one) => one.endsWith(`-${id}`));
  const stored = name === undefined ? undefined : await store.read(name);
  return stored && (JSON.parse(stored.text) as Journal);
}
