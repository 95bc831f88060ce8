import { rm } from "node:fs/promises";
import { join } from "node:path";
import { cliPath, isExecutable, pinnedVersion, pulumiHome } from "./places.mjs";
import { run } from "./run.mjs";
import { installStandIn, installedSource, isStandInCurrent } from "./standIn.mjs";

const VERSION = pinnedVersion("dependencies", "@pulumi/command");
const NAME = `resource-command-v${VERSION}`;
const PROGRAM = "pulumi-resource-command";
const DOWNLOAD_MS = 3 * 60_000;

const folder = () => join(pulumiHome(), "plugins", NAME);

/** @type {import("./standIn.mjs").StandIn} */
const standIn = {
  program: PROGRAM,
  version: VERSION,
  entry: "tools/plugins/command/main.ts",
  sources: ["tools/plugins"],
  folder,
};

/** @type {import("./steps.mjs").Step} */
export const commandPlugin = {
  name: "command-plugin",
  title: `Pulumi plugin command ${VERSION}`,
  scope: pulumiHome,

  async isDone() {
    if (!(await isExecutable(join(folder(), PROGRAM)))) return false;
    const isStandIn = (await installedSource(standIn)) !== undefined;
    return !isStandIn || (await isStandInCurrent(standIn));
  },

  async bring({ verbose }) {
    const isStandIn = (await installedSource(standIn)) !== undefined;
    if (!isStandIn && (await downloaded(verbose)))
      return `Pulumi plugin command ${VERSION} (official)`;
    await installStandIn(standIn);
    // The CLI takes a folder with this mark for an unfinished download.
    await rm(`${folder()}.partial`, { force: true });
    return `Pulumi plugin command ${VERSION} (stand-in)`;
  },
};

/** @param {boolean} verbose */
async function downloaded(verbose) {
  const ran = await run(cliPath(), ["plugin", "install", "resource", "command", `v${VERSION}`], {
    timeoutMs: DOWNLOAD_MS,
    env: { PULUMI_SKIP_UPDATE_CHECK: "true" },
    verbose,
  });
  return ran.ok && (await isExecutable(join(folder(), PROGRAM)));
}
