import { setTimeout as sleep } from "node:timers/promises";
import { Unreachable } from "./sshTarget.ts";

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5000;

/**
 * Runs what needs a host again while the host can't be reached, as when it reboots. The work must be safe to
 * repeat: the connection may have broken in the middle of it.
 *
 * @param attempts At least 1.
 * @throws Unreachable after the last attempt; every other error immediately.
 */
export async function untilReachable<T>(attempts: number, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Unreachable) || attempt >= attempts) throw error;
    }
    await sleep(Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS));
  }
}
