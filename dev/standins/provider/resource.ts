import type { Changes } from "./diff.ts";
import type { Values } from "./values.ts";

/** What a resource type can use while it works. */
export interface Context {
  readonly urn: string;
  readonly name: string;
  readonly preview: boolean;
  /** The resource's own timeout from its options; absent when none is set. */
  readonly timeoutMs: number | undefined;
  /** Aborted by the engine's Cancel and when the resource's own timeout is over. */
  readonly cancelled: AbortSignal;
  /** Aborted when the engine is gone: what runs may end, and nothing more is to be started. */
  readonly abandoned: AbortSignal;
  /** Shows one line beside the resource while it is being worked on. */
  log(line: string): void;
  /** Tells the user something that stays in the output. */
  warn(line: string): void;
}

export interface Failure {
  readonly property: string;
  readonly reason: string;
}

export interface CheckRequest {
  readonly name: string;
  readonly inputs: Values;
  /** The checked inputs of the last run; empty for a new resource. */
  readonly oldInputs: Values;
  /** From the engine, so that a preview and its update arrive at the same random name. */
  readonly seed: Uint8Array;
}

export interface Checked {
  /** The inputs as they are recorded, with defaults. */
  readonly inputs: Values;
  readonly failures: readonly Failure[];
}

/** What is recorded of a resource. */
export interface Recorded {
  readonly inputs: Values;
  readonly state: Values;
}

export interface Difference {
  readonly changes: Changes;
  /** The changed properties, by first name, for which the resource is replaced. */
  readonly replaces: ReadonlySet<string>;
  readonly deleteBeforeReplace: boolean;
}

/** One resource type of a plugin. A thrown error fails the step with its message. */
export interface ResourceType {
  check(request: CheckRequest): Checked;
  diff(inputs: Values, old: Recorded): Difference;
  create(inputs: Values, context: Context): Promise<{ id: string; state: Values }>;
  /**
   * Looks at the real resource; gives undefined where it is gone. `old` is empty for an import.
   * Left out by types of which nothing can be read back.
   */
  read?(id: string, old: Recorded, context: Context): Promise<Recorded | undefined>;
  update(id: string, inputs: Values, state: Values, context: Context): Promise<Values>;
  delete(id: string, state: Values, context: Context): Promise<void>;
}

/** A resource that exists though its step has failed: the engine records it, with the problem. */
export class PartlyDone extends Error {
  readonly id: string;
  readonly state: Values;

  constructor(id: string, state: Values, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = "PartlyDone";
    this.id = id;
    this.state = state;
  }
}
