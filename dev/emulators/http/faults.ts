export interface Fault {
  /** Any where it is left out. */
  readonly method?: string;
  /**
   * The path as the log names it, such as `/v2/tags/{tag_id}/resources`, or what the real path
   * matches; any where it is left out.
   */
  readonly path?: string | RegExp;
  /** How many calls of this kind go well before. Default 0. */
  readonly skip?: number;
  /**
   * A status is answered with an error body, 429 with Retry-After. `hang`: no answer until the client gives up. `reset`:
   * the connection is cut.
   */
  readonly how: number | "hang" | "reset";
  /** Whether the request takes effect first. Default `before`: it does not. */
  readonly when?: "before" | "after";
  /** How many calls. Default 1. */
  readonly times?: number;
  /** Called when it has struck: the effect, where there is one, has happened. */
  readonly onStrike?: () => void;
}

/** Calls that go wrong on demand. */
export class CallFaults {
  #faults: { fault: Fault; skip: number; left: number }[] = [];

  /** The next calls of this kind fail; faults of one kind come one after the other. */
  inject(fault: Fault): void {
    this.#faults.push({ fault, skip: fault.skip ?? 0, left: fault.times ?? 1 });
  }

  clear(): void {
    this.#faults = [];
  }

  /** The fault that meets this call, if one does; it is then used up by one. */
  take(method: string, pattern: string, path: string): Fault | undefined {
    for (const entry of this.#faults) {
      if (entry.left === 0 || !meets(entry.fault, method, pattern, path)) continue;
      if (entry.skip === 0) {
        entry.left--;
        return entry.fault;
      }
      entry.skip--;
    }
    return undefined;
  }
}

function meets(fault: Fault, method: string, pattern: string, path: string): boolean {
  if (fault.method !== undefined && fault.method !== method) return false;
  if (fault.path === undefined) return true;
  return typeof fault.path === "string" ? fault.path === pattern : fault.path.test(path);
}
