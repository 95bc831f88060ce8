import { rm } from "node:fs/promises";
import { join } from "node:path";
import { cliPath, isExecutable, pinnedVersion, pulumiHome } from "./places.mjs";
import { run } from "./run.mjs";
import { installStandIn, installedSource, isStandInCurrent } from "./standIn.mjs";

const DOWNLOAD_MS = 3 * 60_000;

/**
 * The step that brings a resource plugin: the official one, or where that can't be downloaded the
 * stand-in of `tools/plugins/NAME`.
 * @param {string} name such as `command`
 * @returns {import("./steps.mjs").Step}
 */
export function resourcePlugin(name) {
  const standIn = standInFor(name);
  const title = `Pulumi plugin ${name} ${standIn.version}`;
  return {
    name: `${name}-plugin`,
    title,
    scope: pulumiHome,

    async isDone() {
      if (!(await isInstalled(standIn))) return false;
      const isStandIn = (await installedSource(standIn)) !== undefined;
      return !isStandIn || (await isStandInCurrent(standIn));
    },

    async bring({ verbose }) {
      const isStandIn = (await installedSource(standIn)) !== undefined;
      if (!isStandIn && (await downloaded(name, standIn, verbose))) return `${title} (official)`;
      await installStandIn(standIn);
      // The CLI takes a folder with this mark for an unfinished download.
      await rm(`${standIn.folder()}.partial`, { force: true });
      return `${title} (stand-in)`;
    },
  };
}

/**
 * @param {string} name
 * @returns {import("./standIn.mjs").StandIn}
 */
function standInFor(name) {
  const version = pinnedVersion("dependencies", `@pulumi/${name}`);
  return {
    program: `pulumi-resource-${name}`,
    version,
    entry: `tools/plugins/${name}/main.ts`,
    // The manifest, because packages that it pins are bundled too.
    sources: [
      `tools/plugins/${name}`,
      "tools/plugins/provider",
      "tools/plugins/serve.ts",
      "package.json",
    ],
    folder: () => join(pulumiHome(), "plugins", `resource-${name}-v${version}`),
  };
}

/** @param {import("./standIn.mjs").StandIn} standIn */
function isInstalled({ folder, program }) {
  return isExecutable(join(folder(), program));
}

/**
 * @param {string} name
 * @param {import("./standIn.mjs").StandIn} standIn
 * @param {boolean} verbose
 */
async function downloaded(name, standIn, verbose) {
  const args = ["plugin", "install", "resource", name, `v${standIn.version}`];
  const ran = await run(cliPath(), args, {
    timeoutMs: DOWNLOAD_MS,
    env: { PULUMI_SKIP_UPDATE_CHECK: "true" },
    verbose,
  });
  return ran.ok && (await isInstalled(standIn));
}
