import { join } from "node:path";
import { cliPath, isExecutable, pulumiHome } from "./places.mjs";
import { run } from "./run.mjs";

const DOWNLOAD_MS = 3 * 60_000;

/**
 * The official way to a resource plugin, by the CLI.
 * @param {string} name such as `command`
 * @param {string} version
 * @param {boolean} verbose
 * @returns {Promise<boolean>} whether it is there
 */
export async function downloadPlugin(name, version, verbose) {
  const args = ["plugin", "install", "resource", name, `v${version}`];
  const ran = await run(cliPath(), args, {
    timeoutMs: DOWNLOAD_MS,
    env: { PULUMI_SKIP_UPDATE_CHECK: "true" },
    verbose,
  });
  return ran.ok && (await isExecutable(pluginPath(name, version)));
}

/**
 * Where the CLI looks for a resource plugin's program.
 * @param {string} name
 * @param {string} version
 */
export function pluginPath(name, version) {
  const folder = join(pulumiHome(), "plugins", `resource-${name}-v${version}`);
  return join(folder, `pulumi-resource-${name}`);
}
