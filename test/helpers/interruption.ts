import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { eventually, pause } from "./asking.ts";
import type { TestStack } from "./testStack.ts";
import { lockFiles } from "./workspace.ts";

/** Numbers from 0 to 1, identical for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Moment {
  /** The host command during which the CLI is killed. */
  readonly resource: string;
  readonly delayMs: number;
}

/**
 * Runs `pulumi up` and `kill -9`s only the CLI: its children continue or exit by themselves, as
 * after the kernel's out-of-memory killer.
 *
 * @returns whether the CLI was still running
 */
export async function killUp(
  stack: TestStack,
  moment: Moment,
  env: Readonly<Record<string, string>> = {},
): Promise<boolean> {
  const args = ["up", "--yes", "--skip-preview", "--stack", stack.name];
  const up = stack.start(args, env);
  // Its output stays open as long as any child of the CLI.
  const ended = once(up, "exit");
  let output = "";
  // Not the component of the same name, which is created immediately.
  const starts = new RegExp(`local:Command ${moment.resource} (creating|updating)`);
  const started = new Promise<void>((resolve) => {
    up.all.on("data", (text: Buffer) => {
      output += String(text);
      if (starts.test(output)) resolve();
    });
  });
  await Promise.race([started, ended]);
  if (!starts.test(output)) throw new Error(`${moment.resource} never started:\n${output}`);
  await pause(moment.delayMs);
  up.kill("SIGKILL");
  const [code] = (await ended) as [number | null];
  up.all.destroy();
  return code === null;
}

/** `kill -9`s a process and all its descendants, as when a runner's machine disappears. */
export async function killWithAll(pid: number): Promise<void> {
  for (const one of await processTree(pid)) {
    try {
      process.kill(one, "SIGKILL");
    } catch {
      // It has exited in the meantime.
    }
  }
}

/** A process and all its descendants, parents first. */
export async function processTree(pid: number): Promise<readonly number[]> {
  const rows = await processes();
  const all = [pid];
  for (const one of all) all.push(...childrenIn(rows, one));
  return all;
}

/** All processes of this machine, each with its parent. */
async function processes(): Promise<(readonly [pid: number, parent: number])[]> {
  const { stdout } = await execa("ps", ["-A", "-o", "pid=,ppid="]);
  const rows = stdout.split("\n").map((row) => row.trim().split(/\s+/).map(Number));
  return rows.map(([pid = 0, parent = 0]) => [pid, parent]);
}

function childrenIn(
  rows: readonly (readonly [pid: number, parent: number])[],
  pid: number | undefined,
): number[] {
  return rows.filter(([, parent]) => parent === pid).map(([child]) => child);
}

/** What a lock records about the `up` that holds it. */
export async function lockHolders(stack: TestStack): Promise<{ pid: number; hostname: string }[]> {
  const locks = join(stack.folder, ".pulumi", "locks");
  const files = await lockFiles(stack.folder);
  const texts = await Promise.all(files.map((file) => readFile(join(locks, file), "utf8")));
  return texts.map((text) => JSON.parse(text) as { pid: number; hostname: string });
}

/**
 * What a user types after a `pulumi up` that was killed:
 *
 *     pulumi up               # names the lock, who holds it, and since when
 *     ps -p PID               # on the machine that the message names: nobody
 *     pulumi cancel --yes
 *     pulumi up
 */
export async function recover(stack: TestStack): Promise<void> {
  for (const { pid, hostname: machine } of await lockHolders(stack)) {
    if (machine !== hostname()) throw new Error(`the lock's holder is on ${machine}`);
    const exists = async () =>
      (await execa("ps", ["-p", `${pid}`], { reject: false })).exitCode === 0;
    await eventually("the lock's holder has ended", exists, (isThere) => !isThere);
  }
  await stack.pulumi(["cancel", "--yes", "--stack", stack.name]);
  await stack.mustUp();
}
