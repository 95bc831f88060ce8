import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { downloadPlugin, pluginPath } from "./downloadPlugin.mjs";
import { isExecutable, pinnedVersion, pulumiHome } from "./places.mjs";
import { installStandIn, installedSource, isStandInCurrent } from "./standIn.mjs";

/**
 * The step that brings a resource plugin: the official one, or where that can't be downloaded the
 * stand-in of `dev/standins/NAME`.
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
      if (!(await isExecutable(pluginPath(name, standIn.version)))) return false;
      const isStandIn = (await installedSource(standIn)) !== undefined;
      return !isStandIn || (await isStandInCurrent(standIn));
    },

    async bring({ verbose }) {
      const isStandIn = (await installedSource(standIn)) !== undefined;
      const isOfficial = !isStandIn && (await downloadPlugin(name, standIn.version, verbose));
      if (isOfficial) return `${title} (official)`;
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
    entry: `dev/standins/${name}/main.ts`,
    // The manifest, because packages that it pins are bundled too.
    sources: [
      `dev/standins/${name}`,
      "dev/standins/provider",
      "dev/standins/serve.ts",
      "package.json",
    ],
    folder: () => dirname(pluginPath(name, version)),
  };
}
