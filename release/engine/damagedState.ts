import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../lib/userError.ts";
import { localFolder } from "../store/openStore.ts";
import type { StatePlace } from "./stateLock.ts";

/** What the CLI prints if a stack's state is not whole, such as after a full disk. */
const DAMAGED = /failed to load checkpoint: (.*)/;

/**
 * Explains a state that can't be read, with the backup that Pulumi keeps beside it.
 *
 * @param said The CLI's own error.
 * @returns undefined for any other error.
 */
export async function damagedState(
  said: string,
  { backendUrl, project, stack }: StatePlace,
): Promise<UserError | undefined> {
  const why = DAMAGED.exec(said)?.[1];
  if (why === undefined) return undefined;
  const path = join(".pulumi", "stacks", project, `${stack}.json`);
  const folder = localFolder(backendUrl);
  const fact = `The state of ${stack} is damaged (${path} in ${backendUrl}: ${why}).`;
  if (folder === undefined) {
    return new UserError(
      `${fact} Pulumi keeps a backup beside it: ${path}.bak. Restore that object.`,
    );
  }
  const file = join(folder, path);
  const backup = await backupTime(`${file}.bak`);
  const remedy =
    backup === undefined
      ? "There is no whole backup beside it. Restore one of your own."
      : `The backup beside it, of ${backup}, is whole. Restore it: cp ${file}.bak ${file}`;
  return new UserError(`${fact} ${remedy}`);
}

/** When a backup was written; undefined if there is none, or it is not whole. */
async function backupTime(file: string): Promise<string | undefined> {
  try {
    JSON.parse(await readFile(file, "utf8"));
    return (await stat(file)).mtime.toISOString();
  } catch {
    return undefined;
  }
}
