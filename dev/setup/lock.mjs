import process from "node:process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SetupError } from "./failure.mjs";

/** Longer than the slowest step (building the CLI on a slow machine). */
const WAIT_MS = 30 * 60_000;
const RETRY_MS = 500;

/**
 * Runs the work while no other set-up of this user works on the same thing. A lock whose holder is
 * gone is taken over.
 * @template T
 * @param {string} subject
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(subject, work) {
  const digest = createHash("sha256").update(subject).digest("hex").slice(0, 16);
  const path = join(tmpdir(), `blue-green-setup-${userInfo().username}-${digest}.lock`);
  await acquire(path);
  try {
    return await work();
  } finally {
    await release(path);
  }
}

/**
 * Moved away first: while it is emptied in its place, another one can take it.
 * @param {string} path
 */
async function release(path) {
  const aside = await mkdtemp(`${path}.released.`);
  await rename(path, aside);
  await rm(aside, { recursive: true, force: true });
}

/** @param {string} path */
async function acquire(path) {
  const deadline = Date.now() + WAIT_MS;
  // The lock appears with its holder's id in it, by one rename, so that nobody sees it without.
  const own = await mkdtemp(`${path}.`);
  await writeFile(join(own, "pid"), String(process.pid));
  for (;;) {
    if (await renamed(own, path)) return;
    const holder = await holderOf(path);
    if (holder !== undefined && !isAlive(holder)) await removeAbandoned(path, holder);
    else if (Date.now() > deadline) {
      await rm(own, { recursive: true, force: true });
      throw new SetupError(
        "another set-up has been working for half an hour.",
        `Process ${holder ?? "unknown"} holds ${path}.`,
        [`kill ${holder ?? "PID"}`, `rm -r ${path}`, "npm run setup"],
      );
    } else await sleep(RETRY_MS);
  }
}

/**
 * @param {string} from
 * @param {string} to
 */
async function renamed(from, to) {
  try {
    // A directory is never renamed onto one that holds something.
    await rename(from, to);
    return true;
  } catch {
    return false;
  }
}

/** @param {string} path */
async function holderOf(path) {
  try {
    return Number(await readFile(join(path, "pid"), "utf8"));
  } catch {
    return undefined;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}

/**
 * @param {string} path
 * @param {number} holder
 */
async function removeAbandoned(path, holder) {
  // Moved away first: of two that see the same dead holder, only one gets to remove it.
  const aside = `${path}.abandoned.${process.pid}`;
  if (!(await renamed(path, aside))) return;
  if ((await holderOf(aside)) === holder) await rm(aside, { recursive: true, force: true });
  else await renamed(aside, path);
}
