import { setTimeout as sleep } from "node:timers/promises";

/** A wait for a state, with the rules of Terraform's StateChangeConf; times in milliseconds. */
export interface Wait {
  /** States that are waited through; any other ends the wait with an error. */
  readonly pending: readonly string[];
  readonly target: string;
  /** Gives the state now; undefined where there is nothing yet. */
  readonly look: () => Promise<string | undefined>;
  readonly timeoutMs: number;
  /** Before the first look. */
  readonly delayMs?: number;
  /** The shortest time between two looks; they drift apart up to 10 s. */
  readonly minMs: number;
  /** How many looks in a row may find nothing. */
  readonly notFoundLimit?: number;
  readonly cancelled: AbortSignal;
}

const LONGEST_MS = 10_000;
const NOT_FOUND_LIMIT = 20;

export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

const pause: Sleep = async (ms, signal) => {
  await sleep(ms, undefined, { signal }).catch(() => {
    throw new Error("context canceled");
  });
};

/** Resolves when the target is reached; throws on time-out, on an unexpected state, and as `look`. */
export async function waitFor(wait: Wait, rest: Sleep = pause): Promise<void> {
  const start = Date.now();
  let rested = wait.delayMs ?? 0;
  let state: string | undefined;
  let missing = 0;
  await rest(rested, wait.cancelled);
  for (let next = 200; ; next *= 2) {
    state = await wait.look();
    if (state === wait.target) return;
    missing = state === undefined ? missing + 1 : 0;
    if (missing > (wait.notFoundLimit ?? NOT_FOUND_LIMIT)) {
      throw new Error(`couldn't find resource (${missing} retries)`);
    }
    if (state !== undefined && !wait.pending.includes(state)) {
      throw new Error(`unexpected state '${state}', wanted target '${wait.target}'`);
    }
    next = next < wait.minMs ? wait.minMs : Math.min(next, LONGEST_MS);
    rested += next;
    if (Math.max(rested, Date.now() - start + next) > wait.timeoutMs) throw timeout(wait, state);
    await rest(next, wait.cancelled);
  }
}

function timeout({ target, timeoutMs }: Wait, state: string | undefined): Error {
  const last = state === undefined ? "" : `last state: '${state}', `;
  return new Error(
    `timeout while waiting for state to become '${target}' (${last}timeout: ${span(timeoutMs)})`,
  );
}

/** As Go writes a duration: `10m0s`, `1h0m0s`, `45s`. */
export function span(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return `${seconds}s`;
  const rest = `${minutes % 60}m${seconds % 60}s`;
  return minutes < 60 ? rest : `${Math.floor(minutes / 60)}h${rest}`;
}
