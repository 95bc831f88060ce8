import type { Fault } from "../../dev/emulators/http/faults.ts";

/** One way in which a single API call fails; its retry succeeds. */
export type Trouble = Pick<Fault, "how" | "when">;

export const TROUBLES: Readonly<Record<string, Trouble>> = {
  "429": { how: 429 },
  "500 before the effect": { how: 500 },
  "500 after the effect": { how: 500, when: "after" },
  "a reset before the effect": { how: "reset" },
  "a reset after the effect": { how: "reset", when: "after" },
};

export interface FaultedCall {
  /** Counted from 0. */
  readonly call: number;
  readonly name: string;
  readonly trouble: Trouble;
}

/**
 * Combines every call with every fault. The first `calls` entries cover each call once and each
 * fault equally often; so do the next, and so on.
 */
export function faultedCalls(calls: number): FaultedCall[] {
  const kinds = Object.entries(TROUBLES);
  return kinds.flatMap((_, round) =>
    Array.from({ length: calls }, (_none, call) => {
      const [name, trouble] = kinds[(call + round) % kinds.length]!;
      return { call, name, trouble };
    }),
  );
}

/** Spread evenly, always including the first. */
export function sample<T>(all: readonly T[], count: number): T[] {
  const step = Math.max(1, all.length / Math.max(1, count));
  const places = Math.min(count, all.length);
  return Array.from({ length: places }, (_, place) => all[Math.floor(place * step)]!);
}
