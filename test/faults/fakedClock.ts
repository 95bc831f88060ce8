import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Of Debian's package `libfaketime`, for both kinds of processors. */
const LIBRARY = ["x86_64", "aarch64"]
  .map((processor) => `/usr/lib/${processor}-linux-gnu/faketime/libfaketimeMT.so.1`)
  .find((path) => existsSync(path));

/** The clock of the commands that get its environment; it can be bumped while they run. */
export class FakedClock {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async make(): Promise<FakedClock> {
    const clock = new FakedClock(await mkdtemp(join(tmpdir(), "blue-green-clock-")));
    await clock.bump(0);
    return clock;
  }

  get isAvailable(): boolean {
    return LIBRARY !== undefined;
  }

  /** Programs in Go, such as the engine, read the time without the library, and keep the real one. */
  get environment(): Readonly<Record<string, string>> {
    if (LIBRARY === undefined) return {};
    return {
      LD_PRELOAD: LIBRARY,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: "1",
      // As when an administrator sets the time of a machine.
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
      NO_FAKE_STAT: "1",
    };
  }

  /** Sets it so many seconds ahead of the real time. */
  async bump(seconds: number): Promise<void> {
    await writeFile(this.#file, `${seconds < 0 ? "-" : "+"}${Math.abs(seconds)}`);
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true });
  }

  get #file(): string {
    return join(this.#folder, "clock");
  }
}
