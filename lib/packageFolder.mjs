import { existsSync } from "node:fs";
import { URL } from "node:url";

/**
 * The root of this package, in a checkout as where npm has installed it: compiled code lies in other folders
 * than its source, so that no path relative to a source file holds.
 */
const root = folderWith("package.json", new URL("./", import.meta.url));

/**
 * A file of this package that is read at run time, by its path from the root: `scripts/gate.sh`.
 * @param {string} path
 */
export function packageFile(path) {
  return new URL(path, root);
}

/**
 * @param {string} file
 * @param {URL} folder
 * @returns {URL}
 */
function folderWith(file, folder) {
  if (existsSync(new URL(file, folder))) return folder;
  const parent = new URL("../", folder);
  if (parent.href === folder.href)
    throw new Error(`No folder above ${import.meta.url} has ${file}`);
  return folderWith(file, parent);
}
