import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { TrafficOptions } from "./asking.ts";
import type { TrafficLog } from "./log.ts";

const PROGRAM = fileURLToPath(new URL("process.ts", import.meta.url));
const STOP_MS = 60_000;

/** Requests to one URL, from a process of its own. */
export class Traffic {
  readonly #process: ChildProcess;

  constructor(options: TrafficOptions) {
    this.#process = fork(PROGRAM, {
      execArgv: ["--import", "tsx"],
      serialization: "advanced",
    });
    this.#process.send(options);
  }

  /** Waits for the requests in flight, and returns what became of all. */
  async stop(): Promise<TrafficLog> {
    const gone = once(this.#process, "exit").then(([code]) => {
      throw new Error(`the traffic's process ended with ${String(code)}`);
    });
    const answer = once(this.#process, "message", { signal: AbortSignal.timeout(STOP_MS) });
    this.#process.send("stop");
    const [log] = (await Promise.race([answer, gone])) as [TrafficLog];
    gone.catch(() => {});
    return log;
  }
}
