/** One text under a name, and the version by which a change of it says what it was based on. */
export interface Stored {
  readonly text: string;
  readonly version: string;
}

/**
 * Small texts beside the state. Of several who change the same text at the same time one succeeds;
 * nothing else is needed for a lock.
 */
export interface Store {
  /** For messages: where it lies. */
  readonly place: string;
  read(name: string): Promise<Stored | undefined>;
  /**
   * Writes a whole text where it still has the version; without one, where there is none yet.
   *
   * @returns the new version; undefined where somebody else was first.
   */
  write(name: string, text: string, version?: string): Promise<string | undefined>;
  /** Names that begin so, in order. */
  list(prefix: string): Promise<readonly string[]>;
}
