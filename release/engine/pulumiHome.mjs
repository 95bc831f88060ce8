// Set-up imports this before any package is installed: plain JavaScript, and no imports from packages.
import { access, constants, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";

/** Where the Pulumi CLI keeps its credentials, its plugins and its versions. */
export function pulumiHome() {
  return process.env["PULUMI_HOME"] || join(homedir(), ".pulumi");
}

/**
 * Where the npm package `pulumi` of this version, and the Automation API, install the CLI.
 * @param {string} version
 */
export function installedRoot(version) {
  return join(pulumiHome(), "versions", version);
}

/**
 * The CLI in an installation; language hosts are beside it.
 * @param {string} root
 */
export function cliIn(root) {
  return join(root, "bin", process.platform === "win32" ? "pulumi.exe" : "pulumi");
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
