import process from "node:process";
import { readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ROOT, resolve } from "../setup/places.mjs";
import { run, tail } from "../setup/run.mjs";

/**
 * Writes the type declarations of what the package exports.
 * @param {string} folder
 */
export async function writeDeclarations(folder) {
  const compiler = resolve("typescript/lib/tsc.js");
  const args = [compiler, "--project", join(ROOT, "dev/package/tsconfig.json"), "--outDir", folder];
  const ran = await run(process.execPath, args, { cwd: ROOT, timeoutMs: 5 * 60_000 });
  if (!ran.ok) throw new Error(`${ran.problem}:\n${tail(ran.output)}`);
  const needed = await reachable([
    join(folder, "api/index.d.ts"),
    join(folder, "api/components.d.ts"),
  ]);
  for (const name of await readdir(folder, { recursive: true })) {
    const path = join(folder, name);
    if (!(await stat(path)).isFile()) continue;
    const text = needed.get(path);
    if (text === undefined) await rm(path);
    else await writeFile(path, withCompiledNames(text));
  }
}

const IMPORTED = /(from|import)(\s*\(?\s*)"(\.[^"]*)\.(m?)[tj]s"/g;

/**
 * The texts of the declarations that others refer to: what is not exported may speak of packages that a user
 * does not have.
 * @param {readonly string[]} entries
 * @returns {Promise<Map<string, string>>} by path
 */
async function reachable(entries) {
  /** @type {Map<string, string>} */
  const found = new Map();
  const open = [...entries];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (found.has(path)) continue;
    const text = await readFile(path, "utf8");
    found.set(path, text);
    for (const [, , , name, m] of text.matchAll(IMPORTED)) {
      open.push(join(dirname(path), `${name}.d.${m}ts`));
    }
  }
  return found;
}

/**
 * The sources import each other by their own names; users have the declarations alone, which stand for
 * compiled files.
 * @param {string} text
 */
function withCompiledNames(text) {
  return text.replaceAll(IMPORTED, '$1$2"$3.$4js"');
}
