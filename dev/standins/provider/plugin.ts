import type { ResourceType } from "./resource.ts";
import type { Values } from "./values.ts";

export type ResourceTypes = ReadonlyMap<string, ResourceType>;

/** What makes one plugin differ from another. */
export interface Plugin {
  /** The package that the plugin serves, such as `command`. */
  readonly name: string;
  /** The official plugin's version that this one stands in for. */
  readonly version: string;
  /**
   * True when secrets arrive marked as such. Otherwise the engine takes the marks off, and puts
   * them back on the outputs that carry a secret input's name.
   */
  readonly acceptsSecrets: boolean;
  /** Takes the provider's settings; gives the resource types by token. */
  configure(settings: Values): ResourceTypes;
}
