import { ApiError } from "./apiError.ts";

export interface Fault {
  readonly method: string;
  /** The description's path, such as `/v2/tags/{tag_id}/resources`, or what the real path matches. */
  readonly path: string | RegExp;
  /**
   * A status is answered with an error body. `hang`: no answer until the client gives up. `reset`:
   * the connection is cut.
   */
  readonly how: number | "hang" | "reset";
  /** Whether the request takes effect first. Default `before`: it does not. */
  readonly when?: "before" | "after";
  /** How many calls. Default 1. */
  readonly times?: number;
}

/** `errored`: the create action ends so. `stuck`: droplet and action stay as they began. */
export type DropletFailure = "errored" | "stuck";

/** What goes wrong on demand. */
export class Faults {
  #faults: { fault: Fault; left: number }[] = [];
  #droplets: DropletFailure[] = [];

  /** The next calls of this kind fail; faults of one kind come one after the other. */
  inject(fault: Fault): void {
    this.#faults.push({ fault, left: fault.times ?? 1 });
  }

  /** The next droplets that are created never become active. */
  failDroplets(how: DropletFailure, times = 1): void {
    this.#droplets.push(...Array.from({ length: times }, () => how));
  }

  clear(): void {
    this.#faults = [];
    this.#droplets = [];
  }

  /** The fault that meets this call, if one does; it is then used up by one. */
  take(method: string, pattern: string, path: string): Fault | undefined {
    const found = this.#faults.find(
      ({ fault, left }) => left > 0 && meets(fault, method, pattern, path),
    );
    if (found) found.left--;
    return found?.fault;
  }

  takeDroplet(): DropletFailure | undefined {
    return this.#droplets.shift();
  }
}

export function faultError(status: number): ApiError {
  return new ApiError(status, `Injected: the server answers ${status}.`);
}

function meets(fault: Fault, method: string, pattern: string, path: string): boolean {
  if (fault.method !== method) return false;
  return typeof fault.path === "string" ? fault.path === pattern : fault.path.test(path);
}
