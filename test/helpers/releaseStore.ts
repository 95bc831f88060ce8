import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../release/store/clock.ts";
import { FileStore } from "../../release/store/fileStore.ts";
import type { Owner } from "../../release/store/owner.ts";

const folders: string[] = [];

/** A store in a new folder, which `removeStores` removes. */
export async function makeStore(): Promise<FileStore> {
  const folder = await mkdtemp(join(tmpdir(), "blue-green-store-"));
  folders.push(folder);
  return new FileStore(folder);
}

/** For `after`. */
export async function removeStores(): Promise<void> {
  const all = folders.splice(0);
  await Promise.all(all.map((folder) => rm(folder, { recursive: true, force: true })));
}

/** Real time between two moments of the fake clock, for reading and writing files. */
const TURN_MS = 10;

/** Jumps from the end of one sleep to the next. */
export class FakeClock implements Clock {
  #time = 1_000_000;
  #sleepers: { readonly until: number; readonly wake: () => void }[] = [];

  now = () => this.#time;
  elapsed = () => this.#time;

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = () => reject(signal?.reason as Error);
      signal?.addEventListener("abort", stop);
      const wake = () => {
        signal?.removeEventListener("abort", stop);
        resolve();
      };
      this.#sleepers.push({ until: this.#time + ms, wake });
      setTimeout(() => this.#next(), TURN_MS);
    });
  }

  pass(ms: number): void {
    this.#time += ms;
  }

  #next(): void {
    this.#sleepers.sort((a, b) => a.until - b.until);
    const first = this.#sleepers.shift();
    if (!first) return;
    this.#time = Math.max(this.#time, first.until);
    first.wake();
  }
}

/** A process on another machine, which cannot be checked from here. */
export function strangeOwner(name: string): Owner {
  return { user: name, host: `${name}-machine`, pid: 1, space: name, started: "1" };
}
