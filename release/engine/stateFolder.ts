import { homedir } from "node:os";
import { resolve } from "node:path";

/** Where a `file://` backend keeps its state; undefined for any other backend. */
export function localFolder(url: string): string | undefined {
  const path = /^file:\/\/([^?]*)/.exec(url)?.[1];
  return path === undefined ? undefined : resolve(path.replace(/^\/?~(?=\/|$)/, homedir()));
}
