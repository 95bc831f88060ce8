import { count } from "./table.ts";

export interface LiveState {
  readonly elapsedMs: number;
  readonly sent: number;
  readonly failed: number;
  /** The latest answer's color; absent before the first answer. */
  readonly color?: string;
}

/** One line on the requests so far: `   4.2 s    1,204 requests sent   0 failed   now blue`. */
export function liveLine(state: LiveState, paintColor = (color: string) => color): string {
  const parts = [
    `${(state.elapsedMs / 1000).toFixed(1).padStart(7)} s`,
    `${count(state.sent).padStart(6)} requests sent`,
    `${count(state.failed)} failed`,
    `color ${state.color === undefined ? "none yet" : paintColor(state.color)}`,
  ];
  return parts.join("   ");
}
