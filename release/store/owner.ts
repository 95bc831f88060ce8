import { readFile, readlink } from "node:fs/promises";
import { hostname, userInfo } from "node:os";

/** A process that works on releases. */
export interface Owner {
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  /** Where the pid is valid: this boot of the machine, and the container. */
  readonly space: string;
  /** Tells the process from a later one with the same pid. */
  readonly started: string;
}

export async function thisOwner(): Promise<Owner> {
  return {
    user: process.env["GITLAB_USER_LOGIN"] ?? process.env["GITHUB_ACTOR"] ?? userName(),
    host: hostname(),
    pid: process.pid,
    space: await pidSpace(),
    started: await startOf(process.pid),
  };
}

/** Whether the process has certainly ended; only the machine that ran it can tell. */
export async function ownerIsGone({ space, pid, started }: Owner): Promise<boolean> {
  if (space === "" || space !== (await pidSpace())) return false;
  return (await startOf(pid)) !== started;
}

/** Empty if the system does not provide it. */
async function pidSpace(): Promise<string> {
  const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => "");
  const space = await readlink("/proc/self/ns/pid").catch(() => "");
  return boot && space && `${boot.trim()} ${space}`;
}

/** The field `starttime` of proc(5); empty if there is no such process, or it is a zombie. */
async function startOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return text === "" || fields[0] === "Z" ? "" : (fields[19] ?? "");
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run with a uid that has no name.
    return `uid ${process.getuid?.() ?? "?"}`;
  }
}
