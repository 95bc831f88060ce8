import { setTimeout as sleep } from "node:timers/promises";
import { childrenOf } from "./processes.ts";

type Undo = () => Promise<unknown>;

const PATIENCE_MS = 60_000;
const undos: Undo[] = [];
let isInterrupted = false;

/** Undone at the end of the run, the last one first, also after an error or Ctrl-C. */
export function atEnd(undo: Undo): void {
  undos.push(undo);
}

/** Undoes everything so far; says what could not be undone and goes on. */
export async function cleanUp(): Promise<void> {
  for (let undo = undos.pop(); undo; undo = undos.pop()) {
    await undo().catch((error: unknown) => {
      process.exitCode = 1;
      console.error(`Not everything could be removed: ${String(error)}`);
    });
  }
}

/** Also ends a run that is stuck, after so many milliseconds. */
export function cleanUpOnSignals(longestMs: number): void {
  setTimeout(() => process.kill(process.pid, "SIGTERM"), longestMs).unref();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      // A terminal and a parent process may both pass it on.
      if (isInterrupted) return;
      isInterrupted = true;
      console.error(`\n${signal}: removing what this run has made`);
      void endCommands()
        .then(cleanUp)
        .finally(() => process.exit(130));
    });
  }
}

/** For errors that are only a consequence of the interruption. */
export function wasInterrupted(): boolean {
  return isInterrupted;
}

/** A `pulumi up` that goes on would make anew what is being removed. */
async function endCommands(): Promise<void> {
  const children = childrenOf(process.pid);
  for (const child of children) {
    try {
      process.kill(child, "SIGINT");
    } catch {
      // It has ended in the meantime.
    }
  }
  const deadline = Date.now() + PATIENCE_MS;
  while (childrenOf(process.pid).some((child) => children.includes(child))) {
    if (Date.now() > deadline) return;
    await sleep(200);
  }
}
