import process from "node:process";
import { mkdir, rename } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { SetupError } from "./failure.mjs";
import { hashOf, isExecutable } from "./places.mjs";
import { run, tail } from "./run.mjs";

const BUILD_MS = 15 * 60_000;

/**
 * A program that is written in Go, of the version that a go.mod of ours pins: one file that needs
 * nothing else, kept in the user's cache and built where it is not there.
 * @param {object} program
 * @param {string} program.name of the file; names what `options` decide
 * @param {string} program.source folder with go.mod and go.sum
 * @param {string} program.path of the main package
 * @param {readonly string[]} [program.options] of `go build`
 * @returns {Promise<string>} where it is
 */
export async function goProgram({ name, source, path, options = [] }) {
  const cache = process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  const folder = join(cache, "blue-green");
  const file = join(folder, `${name}-${await hashOf([source])}`);
  if (await isExecutable(file)) return file;
  await mkdir(folder, { recursive: true });
  // Moved into place when it is whole; another build may run beside this one.
  const unfinished = `${file}.new-${process.pid}`;
  const args = ["build", "-trimpath", ...options, "-o", unfinished, path];
  const env = { CGO_ENABLED: "0" };
  const ran = await run("go", args, { cwd: source, env, timeoutMs: BUILD_MS });
  if (!ran.ok) {
    throw new SetupError(`${name} could not be built.`, `${ran.problem}:\n${tail(ran.output)}`, [
      "it needs Go (https://go.dev/dl) and its modules",
      `cd ${source} && go build ${path}   (shows the whole error)`,
    ]);
  }
  await rename(unfinished, file);
  return file;
}
