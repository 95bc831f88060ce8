import { CallFaults } from "../../http/faults.ts";

/** `error`: the server's status becomes ERROR. `stuck`: it stays BUILD. */
export type ServerFailure = "error" | "stuck";

/** What goes wrong on demand. */
export class Faults extends CallFaults {
  #servers: ServerFailure[] = [];

  /** The next servers that are created never become active. */
  failServers(how: ServerFailure, times = 1): void {
    this.#servers.push(...Array.from({ length: times }, () => how));
  }

  override clear(): void {
    super.clear();
    this.#servers = [];
  }

  takeServer(): ServerFailure | undefined {
    return this.#servers.shift();
  }
}
