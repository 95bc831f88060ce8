import { existsSync } from "node:fs";
import { URL } from "node:url";

/**
 * The root of this package, in a checkout or as installed by npm. Compiled code is in other folders than its
 * source, so paths relative to a source file don't work.
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
