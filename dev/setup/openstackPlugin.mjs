import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { downloadPlugin, pluginPath } from "./downloadPlugin.mjs";
import { goProgram } from "./goProgram.mjs";
import { ROOT, hashOf, isExecutable, pinnedVersion, pulumiHome } from "./places.mjs";
import { readStamp, writeStamp } from "./stamp.mjs";
import { copyExecutable } from "./standIn.mjs";

const SOURCE = join(ROOT, "dev", "builds", "openstack-plugin");
const VERSION = pinnedVersion("dependencies", "@pulumi/openstack");
const TITLE = `Pulumi plugin openstack ${VERSION}`;

const program = () => pluginPath("openstack", VERSION);
const folder = () => dirname(program());

/** Lies beside a plugin that we built; an official one has no such file. */
const stampPath = () => join(folder(), "built-by-blue-green.json");

/**
 * The official plugin, or where that can't be downloaded the Terraform provider that it wraps,
 * under Pulumi's bridge.
 * @type {import("./steps.mjs").Step}
 */
export const openstackPlugin = {
  name: "openstack-plugin",
  title: TITLE,
  scope: pulumiHome,

  async isDone() {
    if (!(await isExecutable(program()))) return false;
    const source = await readStamp(stampPath());
    return source === undefined || source === (await sourceHash());
  },

  async bring({ note, verbose }) {
    const isBuilt = (await readStamp(stampPath())) !== undefined;
    if (!isBuilt && (await downloadPlugin("openstack", VERSION, verbose))) {
      return `${TITLE} (official)`;
    }
    note("the official OpenStack plugin can't be downloaded here; building it (a minute or two)");
    const linked = `-s -w -X main.version=${VERSION}`;
    const name = `pulumi-resource-openstack-${VERSION}`;
    const options = ["-ldflags", linked];
    await install(await goProgram({ name, source: SOURCE, path: ".", options }));
    return `${TITLE} (built from source)`;
  },
};

/** @param {string} built */
async function install(built) {
  await mkdir(folder(), { recursive: true });
  await copyExecutable(built, program());
  await writeStamp(stampPath(), await sourceHash());
  // The CLI takes a folder with this mark for an unfinished download.
  await rm(`${folder()}.partial`, { force: true });
}

async function sourceHash() {
  return `${await hashOf([SOURCE])}-${VERSION}`;
}
