/** A text, and the version that a change of it has to name. */
export interface Stored {
  readonly text: string;
  readonly version: string;
}

/**
 * Small texts next to the state. Of several writers that change the same text at the same time one
 * succeeds, which is all that a lock needs.
 */
export interface Store {
  /** Where it is; for messages. */
  readonly place: string;
  read(name: string): Promise<Stored | undefined>;
  /**
   * Writes a whole text if it still has the version; without a version, if there is none yet.
   *
   * @returns the new version; undefined if another writer was first.
   */
  write(name: string, text: string, version?: string): Promise<string | undefined>;
  /** Names with the prefix, sorted. */
  list(prefix: string): Promise<readonly string[]>;
}

/** A store with another way to write. */
export abstract class StoreAround implements Store {
  readonly place: string;
  protected readonly store: Store;

  constructor(store: Store) {
    this.place = store.place;
    this.store = store;
  }

  abstract write(name: string, text: string, version?: string): Promise<string | undefined>;

  read(name: string): Promise<Stored | undefined> {
    return this.store.read(name);
  }

  list(prefix: string): Promise<readonly string[]> {
    return this.store.list(prefix);
  }
}
