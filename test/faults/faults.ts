import { execFile } from "node:child_process";
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { otherColor, type Color } from "../../lib/color.ts";
import { pause } from "../helpers/asking.ts";
import { killWithAll, processTree } from "../helpers/interruption.ts";
import { docker, type TestStack } from "../helpers/testStack.ts";

const run = promisify(execFile);

/** What a fault works on. */
export interface Target {
  readonly stack: TestStack;
  /** Of the command that is running. */
  readonly pid: number;
  readonly store: SmallStore;
  readonly active: Color;
  readonly random: () => number;
}

export interface Fault {
  /** Whether a person did it, and so may have to undo it. */
  readonly isByHand?: boolean;
  readonly apply: (target: Target) => Promise<void>;
}

/** A file system of its own for the store of releases, which can be full or gone. */
export class SmallStore {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async mount(): Promise<SmallStore> {
    const folder = await mkdtemp(join(tmpdir(), "blue-green-store-"));
    await run("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", folder]);
    return new SmallStore(folder);
  }

  get url(): string {
    return `file://${this.folder}/releases`;
  }

  /** Leaves no block free. */
  async whileFull(milliseconds: number): Promise<void> {
    const filler = join(this.folder, "filler");
    await writeFile(filler, Buffer.alloc(8 << 20)).catch(() => undefined);
    await pause(milliseconds);
    await rm(filler, { force: true });
  }

  /** As when a network file system does not answer: the folder can't be entered. */
  async whileGone(milliseconds: number): Promise<void> {
    const [here, away] = [join(this.folder, "releases"), join(this.folder, "away")];
    await rename(here, away);
    await writeFile(here, "");
    await pause(milliseconds);
    await rm(here, { force: true });
    await rename(away, here);
  }

  async unmount(): Promise<void> {
    await run("umount", [this.folder]);
    await rm(this.folder, { recursive: true });
  }
}

function signal(name: NodeJS.Signals): Fault {
  return { apply: ({ pid }) => Promise.resolve(tell(pid, name)) };
}

/** A process that has ended in the meantime needs no signal. */
function tell(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** The command and all that it has started. */
async function tellAll(pid: number, name: NodeJS.Signals): Promise<void> {
  for (const one of await processTree(pid)) tell(one, name);
}

/** The Pulumi CLI that the command has started, with the engine in it; none between two `up`s. */
async function engineOf(pid: number): Promise<number[]> {
  const engines: number[] = [];
  for (const one of (await processTree(pid)).slice(1)) {
    const { stdout } = await run("ps", ["-o", "comm=", "-p", String(one)]).catch(() => ({
      stdout: "",
    }));
    if (stdout.trim() === "pulumi") engines.push(one);
  }
  return engines;
}

/** GitHub's way to cancel a job. */
async function cancelJob({ pid }: Target): Promise<void> {
  await tellAll(pid, "SIGINT");
  await pause(7500);
  await tellAll(pid, "SIGTERM");
  await pause(2500);
  await killWithAll(pid);
}

async function freeze(pids: readonly number[], milliseconds: number): Promise<void> {
  for (const pid of pids) tell(pid, "SIGSTOP");
  await pause(milliseconds);
  for (const pid of pids) tell(pid, "SIGCONT");
}

async function setConfig({ stack }: Target, key: string, value: string): Promise<void> {
  // `pulumi config set` may meet the release's own; a person would try again.
  for (let tried = 0; tried < 3; tried++) {
    const words = ["config", "set", "--path", key, value, "--stack", stack.name];
    if ((await stack.pulumi(words)).ok) return;
  }
}

/** By name. Each is something that happens to a release on one machine with one edge. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  none: { apply: () => Promise.resolve() },
  "SIGINT to the command": signal("SIGINT"),
  "SIGTERM to the command": signal("SIGTERM"),
  "SIGHUP to the command": signal("SIGHUP"),
  "SIGKILL to the command": signal("SIGKILL"),
  "SIGKILL to the command and all it started": { apply: ({ pid }) => killWithAll(pid) },
  "a job cancelled as GitHub does it": { apply: cancelJob },
  "SIGKILL to the engine": {
    apply: async ({ pid }) => {
      for (const engine of await engineOf(pid)) tell(engine, "SIGKILL");
    },
  },
  "SIGSTOP and SIGCONT to the command": {
    apply: ({ pid, random }) => freeze([pid], 3000 + random() * 12_000),
  },
  "SIGSTOP and SIGCONT to the engine": {
    apply: async ({ pid, random }) => freeze(await engineOf(pid), 2000 + random() * 8000),
  },
  "a full store": { apply: ({ store, random }) => store.whileFull(2000 + random() * 15_000) },
  "a store that is gone": {
    apply: ({ store, random }) => store.whileGone(2000 + random() * 15_000),
  },
  "a hand on activeColor": {
    isByHand: true,
    apply: (target) => setConfig(target, "activeColor", otherColor(target.active)),
  },
  "a hand on the idle image": {
    isByHand: true,
    apply: (target) =>
      setConfig(target, `${otherColor(target.active)}.image`, "blue-green-tested:r0"),
  },
  "a hand on the route": {
    isByHand: true,
    apply: async ({ stack, active }) => {
      await docker("exec", stack.edge, "sh", "/edge/set-route", active).catch(() => undefined);
    },
  },
  "the idle color's container killed": {
    isByHand: true,
    apply: async ({ stack, active }) => {
      await docker("kill", stack.container(otherColor(active), 1)).catch(() => undefined);
    },
  },
  "a second release": {
    apply: async ({ stack }) => {
      const { bluegreen } = await import("../helpers/bluegreen.ts");
      const { code, output } = await bluegreen(
        stack,
        ...["release", "--image", "blue-green-tested:r0", "--yes"],
      );
      if (code !== 3 && code !== 6) throw new Error(`a second release was not refused: ${output}`);
    },
  },
};
