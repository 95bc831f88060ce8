import process from "node:process";
import { cp, mkdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { SetupError } from "./failure.mjs";
import { hashOf, isExecutable } from "./places.mjs";
import { run, tail } from "./run.mjs";

const INSTALL_MS = 10 * 60_000;

/**
 * A program from npm that has nothing to do with the project's own packages, of the versions that a
 * package-lock.json of ours pins; kept in the user's cache and installed where it is not there.
 * @param {object} program
 * @param {string} program.name
 * @param {string} program.source folder with package.json and package-lock.json
 * @returns {Promise<string>} where its file is
 */
export async function npmProgram({ name, source }) {
  const cache = process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  const folder = join(cache, "blue-green", `${name}-${await hashOf([source])}`);
  const file = join("node_modules", ".bin", name);
  if (await isExecutable(join(folder, file))) return join(folder, file);
  // Moved into place when it is whole; another installation may run beside this one.
  const unfinished = `${folder}.new-${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  try {
    await cp(source, unfinished, { recursive: true });
    const args = ["ci", "--no-audit", "--no-fund", "--ignore-scripts"];
    const ran = await run("npm", args, { cwd: unfinished, timeoutMs: INSTALL_MS });
    if (!ran.ok) {
      const why = `${ran.problem}:\n${tail(ran.output)}`;
      throw new SetupError(`${name} could not be installed.`, why, `cd ${source} && npm ci`);
    }
    await rm(folder, { recursive: true, force: true });
    await rename(unfinished, folder);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return join(folder, file);
}
