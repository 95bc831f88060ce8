import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { pause } from "../../helpers/asking.ts";
import { killWithAll, processTree } from "../../helpers/interruption.ts";
import type { Fault, Faults, Scene } from "../target.ts";

const run = promisify(execFile);

/** Signals to the command that is running, and to the engine that it has started; and their clocks. */
export const PROCESS_FAULTS: Faults = {
  "SIGINT to the command": signal("SIGINT"),
  "SIGTERM to the command": signal("SIGTERM"),
  "SIGHUP to the command": signal("SIGHUP"),
  "SIGKILL to the command": signal("SIGKILL"),
  "SIGKILL to the command and all it started": {
    holdsUp: true,
    apply: async ({ pid }) => {
      const isThere = tell(pid, 0);
      await killWithAll(pid);
      return isThere;
    },
  },
  "a job canceled as GitHub does it": { holdsUp: true, apply: cancelJob },
  "SIGKILL to the engine": {
    apply: async ({ pid }) => {
      const engines = await enginesOf(pid);
      for (const engine of engines) tell(engine, "SIGKILL");
      return engines.length > 0;
    },
  },
  "SIGSTOP and SIGCONT to the command": {
    holdsUp: true,
    apply: ({ pid, random }) => freeze([pid], 2000 + random() * 8000),
  },
  "SIGSTOP and SIGCONT to the engine": {
    apply: async ({ pid, random }) => freeze(await enginesOf(pid), 2000 + random() * 6000),
  },
};

/** As far as HAProxy's own timers reach: minutes ahead, minutes back, and seconds later the real time again. */
const MOST_SECONDS = 262;

export const CLOCK_FAULTS: Faults = {
  "a bumped clock": {
    apply: async ({ clock, random }) => {
      await clock.bump(Math.round((2 * random() - 1) * MOST_SECONDS));
      await pause(2000 + random() * 6000);
      if (random() < 0.5) await clock.bump(0);
      return true;
    },
  },
};

function signal(name: NodeJS.Signals): Fault {
  return { holdsUp: true, apply: ({ pid }) => Promise.resolve(tell(pid, name)) };
}

/** @returns whether the process was still there */
function tell(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    return false;
  }
}

/** Between two `up`s there is no engine. */
const ENGINE_WAIT_MS = 8000;

/** The Pulumi CLI that the command has started, with the engine in it. */
async function enginesOf(pid: number): Promise<number[]> {
  const deadline = Date.now() + ENGINE_WAIT_MS;
  for (;;) {
    const engines: number[] = [];
    for (const one of await processTree(pid))
      if ((await nameOf(one)) === "pulumi") engines.push(one);
    if (engines.length > 0 || Date.now() > deadline || !tell(pid, 0)) return engines;
    await pause(200);
  }
}

async function nameOf(pid: number): Promise<string> {
  const { stdout } = await run("ps", ["-o", "comm=", "-p", String(pid)]).catch(() => ({
    stdout: "",
  }));
  return stdout.trim();
}

/** GitHub's way to cancel a job. */
async function cancelJob({ pid }: Scene): Promise<boolean> {
  const isThere = tell(pid, 0);
  for (const one of await processTree(pid)) tell(one, "SIGINT");
  await pause(7500);
  for (const one of await processTree(pid)) tell(one, "SIGTERM");
  await pause(2500);
  await killWithAll(pid);
  return isThere;
}

async function freeze(pids: readonly number[], milliseconds: number): Promise<boolean> {
  const frozen = pids.filter((pid) => tell(pid, "SIGSTOP"));
  if (frozen.length > 0) await pause(milliseconds);
  for (const pid of frozen) tell(pid, "SIGCONT");
  return frozen.length > 0;
}
