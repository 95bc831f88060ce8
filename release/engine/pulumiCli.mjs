import process from "node:process";
import { readFileSync } from "node:fs";
import { access, constants, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { packageFile } from "../../lib/packageFolder.mjs";

/** @type {(text: string) => { dependencies: { pulumi: string } }} */
const parseManifest = JSON.parse;

/** Where the Pulumi CLI keeps itself and its plugins. */
export function pulumiHome() {
  return process.env["PULUMI_HOME"] || join(homedir(), ".pulumi");
}

/** The CLI that this package brings: the npm package `pulumi` fetches the program of its own version. */
export function cliVersion() {
  const text = readFileSync(packageFile("package.json"), "utf8");
  return parseManifest(text).dependencies.pulumi;
}

/** The folder of the CLI that `npx pulumi` starts. */
export function cliFolder() {
  return join(pulumiHome(), "versions", cliVersion(), "bin");
}

export function cliPath() {
  return join(cliFolder(), process.platform === "win32" ? "pulumi.exe" : "pulumi");
}

/** @param {string} path */
export async function isExecutable(path) {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).size > 0;
  } catch {
    return false;
  }
}
