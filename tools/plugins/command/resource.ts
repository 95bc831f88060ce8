import type { Changes } from "./diff.ts";
import type { Values } from "./values.ts";

/** What a resource type can use while it works. */
export interface Context {
  readonly urn: string;
  readonly name: string;
  readonly preview: boolean;
  /** Aborted by the engine's Cancel and when the resource's own timeout is over. */
  readonly cancelled: AbortSignal;
  /** Shows one line beside the resource while it is being worked on. */
  log(line: string): void;
}

export interface Failure {
  readonly property: string;
  readonly reason: string;
}

/** One resource type of the provider. A thrown error fails the step with its message. */
export interface ResourceType {
  check(inputs: Values): Failure[];
  /** True when a change of this input property replaces the resource. */
  replaces(property: string, changes: Changes): boolean;
  create(inputs: Values, context: Context): Promise<{ id: string; state: Values }>;
  update(inputs: Values, state: Values, context: Context): Promise<Values>;
  delete(state: Values, context: Context): Promise<void>;
}
