import { readdir, readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { UserError } from "../../lib/userError.ts";

/** What a lock of Pulumi says of the command that holds it. */
export interface LockHolder {
  readonly pid: number;
  readonly username: string;
  readonly hostname: string;
  readonly timestamp: string;
}

/** Where Pulumi keeps a stack's locks in a folder or a bucket of its own, one file each. */
export function lockFolder(project: string, stack: string): string {
  return join(".pulumi", "locks", "organization", project, stack);
}

/** Who has locked a stack's state that is kept in a folder. */
export async function lockHolders(
  state: string,
  project: string,
  stack: string,
): Promise<LockHolder[]> {
  const folder = join(state, lockFolder(project, stack));
  const files = await readdir(folder).catch(() => []);
  const texts = files
    .filter((file) => file.endsWith(".json"))
    // A command that ends meanwhile takes its file away.
    .map((file) => readFile(join(folder, file), "utf8").catch(() => undefined));
  return (await Promise.all(texts)).flatMap((text) =>
    text === undefined ? [] : [JSON.parse(text) as LockHolder],
  );
}

/** @throws UserError where it runs on another machine, so that nobody knows. */
export async function isAtWork(holder: LockHolder, stack: string): Promise<boolean> {
  if (holder.hostname === hostname()) return runs(holder.pid);
  throw new UserError(
    `The stack ${stack} is locked by ${describeHolder(holder)}.\n` +
      `If that command no longer runs there: npx pulumi cancel --yes ${stack}`,
  );
}

export function describeHolder({ username, pid, hostname: host, timestamp }: LockHolder): string {
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
