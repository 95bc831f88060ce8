import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, readdir, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cliIn, installedRoot } from "../../release/engine/pulumiHome.mjs";

export { isExecutable, pulumiHome } from "../../release/engine/pulumiHome.mjs";

/** The checkout. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const require = createRequire(import.meta.url);

/** @type {(name: string) => unknown} a CommonJS module or JSON file, once npm has installed it */
export const load = (name) => /** @type {unknown} */ (require(name));

/** @param {string} name */
export const resolve = (name) => require.resolve(name);

/** @type {(text: string) => unknown} */
export const parseJson = JSON.parse;

/**
 * The exact version that package.json asks for.
 * @param {"dependencies" | "devDependencies"} kind
 * @param {string} name
 * @returns {string}
 */
export function pinnedVersion(kind, name) {
  const manifest = /** @type {Record<string, Record<string, string>>} */ (
    load("../../package.json")
  );
  const version = manifest[kind]?.[name];
  if (version === undefined) throw new Error(`package.json has no ${name} among its ${kind}`);
  return version;
}

export function cliVersion() {
  return pinnedVersion("dependencies", "pulumi");
}

/** The folder of the CLI that `npx pulumi` starts. */
export function cliFolder() {
  return dirname(cliPath());
}

export function cliPath() {
  return cliIn(installedRoot(cliVersion()));
}

/**
 * A folder to build something in before it is moved into place. What a killed set-up has left is
 * removed: who calls this holds the lock.
 * @param {string} parent
 */
export async function stagingIn(parent) {
  await mkdir(parent, { recursive: true });
  const left = (await readdir(parent)).filter((name) => name.startsWith(STAGING));
  await Promise.all(left.map((name) => rm(join(parent, name), { recursive: true, force: true })));
  return await mkdtemp(join(parent, STAGING));
}

const STAGING = ".blue-green-staging-";

/**
 * One digest over files and everything in folders, with their names.
 * @param {readonly string[]} paths
 * @returns {Promise<string>}
 */
export async function hashOf(paths) {
  const hash = createHash("sha256");
  for (const path of paths) {
    for (const file of await filesIn(path)) {
      hash
        .update(`${file.slice(path.length)}\0`)
        .update(await readFile(file))
        .update("\0");
    }
  }
  return hash.digest("hex").slice(0, 32);
}

/**
 * @param {string} path
 * @returns {Promise<string[]>}
 */
async function filesIn(path) {
  if (!(await stat(path)).isDirectory()) return [path];
  const names = (await readdir(path)).sort();
  return (await Promise.all(names.map((name) => filesIn(join(path, name))))).flat();
}
