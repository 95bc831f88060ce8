import { readFile, readdir } from "node:fs/promises";
import { homedir, hostname } from "node:os";
import { join, resolve } from "node:path";
import { UserError } from "../lib/userError.ts";
import type { Pulumi } from "./pulumi.ts";
import type { Steps } from "./steps.ts";
import { PROJECT } from "./whatRuns.ts";

export interface Holder {
  readonly pid: number;
  readonly username: string;
  readonly hostname: string;
  readonly timestamp: string;
}

/**
 * Takes away the lock of a Pulumi command that was killed. Pulumi itself never does: its lock has no
 * expiry.
 *
 * @throws UserError where the command that holds the lock still runs, or can't be looked for.
 */
export async function settleLock(pulumi: Pulumi, steps: Steps): Promise<void> {
  const holders = await lockHolders(pulumi);
  for (const holder of holders) await checkIsGone(holder, pulumi.stack);
  if (holders.length === 0) return;
  const pids = holders.map(({ pid }) => pid).join(", ");
  steps.say(`A Pulumi command that was killed (pid ${pids}) left the stack locked; unlocking it.`);
  await pulumi.tell("cancel", "--yes", pulumi.stack);
}

async function lockHolders(pulumi: Pulumi): Promise<Holder[]> {
  const { url } = JSON.parse(await pulumi.ask("whoami", "--verbose", "--json")) as { url: string };
  const state = localFolder(url);
  if (state === undefined) return [];
  const folder = join(state, ".pulumi", "locks", "organization", PROJECT, pulumi.stack);
  const files = await readdir(folder).catch(() => []);
  const locks = files.filter((file) => file.endsWith(".json"));
  return Promise.all(
    locks.map(async (file) => JSON.parse(await readFile(join(folder, file), "utf8")) as Holder),
  );
}

/** Where a `file://` backend keeps its state; undefined for any other backend. */
export function localFolder(url: string): string | undefined {
  const path = /^file:\/\/([^?]*)/.exec(url)?.[1];
  return path === undefined ? undefined : resolve(path.replace(/^\/?~(?=\/|$)/, homedir()));
}

async function checkIsGone(holder: Holder, stack: string): Promise<void> {
  const { pid, username, timestamp } = holder;
  const who = `${username} (pid ${pid} on ${holder.hostname}, since ${timestamp})`;
  if (holder.hostname !== hostname()) {
    throw new UserError(
      `The stack ${stack} is locked by ${who}.\n` +
        `If that command no longer runs there: npx pulumi cancel --yes ${stack}`,
    );
  }
  if (!(await runs(pid))) return;
  throw new UserError(
    `Another Pulumi command works on the stack ${stack}: ${who}.\n` +
      `Let it end, or stop it (kill -INT ${pid}), then do this again.`,
  );
}

/** Whether the process is there and is a Pulumi command: a pid may have been given away again. */
async function runs(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "pulumi");
  return command.includes("pulumi");
}
