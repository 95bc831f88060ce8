import { readFile, rename, writeFile } from "node:fs/promises";
import { parseJson } from "./places.mjs";

/**
 * What a program that set-up has built was built from; absent where there is none, as beside an
 * official one.
 * @param {string} path
 * @returns {Promise<string | undefined>} the digest of the sources
 */
export async function readStamp(path) {
  try {
    const stamp = /** @type {{ source?: string }} */ (parseJson(await readFile(path, "utf8")));
    return stamp.source;
  } catch {
    return undefined;
  }
}

/**
 * Last of all, so that a set-up which was ended before is done again.
 * @param {string} path
 * @param {string} source
 */
export async function writeStamp(path, source) {
  await writeFile(`${path}.new`, JSON.stringify({ source }));
  await rename(`${path}.new`, path);
}
