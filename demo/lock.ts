import { readFile, readdir } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { localFolder } from "../lib/stateFolder.ts";
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
  const { url } = JSON.parse(await pulumi.ask("whoami", "--verbose", "--json")) as { url: string };
  const state = localFolder(url);
  const holders = state === undefined ? [] : await lockHolders(state, pulumi.stack);
  for (const holder of holders) await checkIsGone(holder, pulumi.stack);
  if (holders.length === 0) return;
  const pids = holders.map(({ pid }) => pid).join(", ");
  steps.say(`A Pulumi command that was killed (pid ${pids}) left the stack locked; unlocking it.`);
  await pulumi.tell("cancel", "--yes", pulumi.stack);
}

/** Who has locked a stack's state that is kept in a folder. */
export async function lockHolders(state: string, stack: string): Promise<Holder[]> {
  const folder = join(state, ".pulumi", "locks", "organization", PROJECT, stack);
  const files = await readdir(folder).catch(() => []);
  const locks = files.filter((file) => file.endsWith(".json"));
  return Promise.all(
    locks.map(async (file) => JSON.parse(await readFile(join(folder, file), "utf8")) as Holder),
  );
}

async function checkIsGone(holder: Holder, stack: string): Promise<void> {
  if (!(await isAtWork(holder, stack))) return;
  const { pid } = holder;
  throw new UserError(
    `Another Pulumi command works on the stack ${stack}: ${describe(holder)}.\n` +
      `Let it end, or stop it (kill -INT ${pid}), then do this again.`,
  );
}

/** @throws UserError where it runs on another machine, so that nobody knows. */
export async function isAtWork(holder: Holder, stack: string): Promise<boolean> {
  if (holder.hostname === hostname()) return runs(holder.pid);
  throw new UserError(
    `The stack ${stack} is locked by ${describe(holder)}.\n` +
      `If that command no longer runs there: npx pulumi cancel --yes ${stack}`,
  );
}

function describe({ username, pid, hostname: host, timestamp }: Holder): string {
  return `${username} (pid ${pid} on ${host}, since ${timestamp})`;
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
