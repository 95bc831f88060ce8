import { CallFaults } from "../../http/faults.ts";

/** `errored`: the create action ends so. `stuck`: droplet and action stay as they began. */
export type DropletFailure = "errored" | "stuck";

/** What goes wrong on demand. */
export class Faults extends CallFaults {
  #droplets: DropletFailure[] = [];
  #certificates = 0;

  /** The next droplets that are created never become active. */
  failDroplets(how: DropletFailure, times = 1): void {
    this.#droplets.push(...Array.from({ length: times }, () => how));
  }

  /** Let's Encrypt refuses the next certificates. */
  failCertificates(times = 1): void {
    this.#certificates += times;
  }

  override clear(): void {
    super.clear();
    this.#droplets = [];
    this.#certificates = 0;
  }

  takeCertificate(): boolean {
    if (this.#certificates === 0) return false;
    this.#certificates--;
    return true;
  }

  takeDroplet(): DropletFailure | undefined {
    return this.#droplets.shift();
  }
}
