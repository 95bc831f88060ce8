import process from "node:process";
import { chmod, copyFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT, hashOf, isExecutable, pinnedVersion, stagingIn } from "./places.mjs";
import { readStamp, writeStamp } from "./stamp.mjs";

/**
 * A program of ours that takes the place of an official one: TypeScript in this checkout, installed
 * as one self-contained file and a launcher, so that it works without the checkout.
 * @typedef {object} StandIn
 * @property {string} program name of the executable
 * @property {string} version what it answers when asked for its version
 * @property {string} entry TypeScript file, relative to the checkout
 * @property {readonly string[]} sources folders and files that it is made of
 * @property {() => string} folder where it is installed
 */

/** @param {StandIn} standIn */
const stampPath = ({ folder, program }) => join(folder(), `${program}.stand-in.json`);

/** @param {StandIn} standIn */
export async function isStandInCurrent(standIn) {
  const installed = await installedSource(standIn);
  if (installed === undefined || installed !== (await sourceHash(standIn))) return false;
  return isExecutable(join(standIn.folder(), standIn.program));
}

/**
 * The digest of the sources that the installed stand-in was made of; absent when what is there is
 * not a stand-in.
 * @param {StandIn} standIn
 * @returns {Promise<string | undefined>}
 */
export function installedSource(standIn) {
  return readStamp(stampPath(standIn));
}

/** @param {StandIn} standIn */
async function sourceHash({ sources, version }) {
  const own = await hashOf([...sources.map((path) => join(ROOT, path)), join(ROOT, BUNDLING)]);
  // The protocol's classes are bundled too.
  return `${own}-${version}-${pinnedVersion("dependencies", "@pulumi/pulumi")}`;
}

const BUNDLING = "dev/setup/standIn.mjs";

/** @param {StandIn} standIn */
export async function installStandIn(standIn) {
  const folder = standIn.folder();
  const staging = await stagingIn(folder);
  try {
    const bundle = `${standIn.program}.mjs`;
    await bundleInto(join(staging, bundle), standIn);
    await writeFile(join(staging, standIn.program), launcher(bundle));
    await chmod(join(staging, standIn.program), 0o755);
    await rename(join(staging, bundle), join(folder, bundle));
    await rename(join(staging, standIn.program), join(folder, standIn.program));
    await writeStamp(stampPath(standIn), await sourceHash(standIn));
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/**
 * `exec` keeps the process id, by which the engine watches and ends its plugins.
 * @param {string} bundle
 */
const launcher = (bundle) => `#!/bin/sh\nexec node "\${0%/*}/${bundle}" "$@"\n`;

const COMMONJS = `import { createRequire as makeRequire } from "node:module";
const require = makeRequire(import.meta.url);
const __dirname = new URL(".", import.meta.url).pathname;`;

/**
 * @param {string} file
 * @param {StandIn} standIn
 */
async function bundleInto(file, { entry, version }) {
  // Not before npm has installed it.
  const esbuild = await import("esbuild");
  await esbuild.build({
    entryPoints: [join(ROOT, entry)],
    outfile: file,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    minify: true,
    // What packages bring as machine code is optional to them, and belongs to one machine.
    external: ["*.node", "cpu-features"],
    // gRPC, the protocol classes and ssh2 are CommonJS, and use what an ES module does not have.
    banner: { js: COMMONJS },
    define: { VERSION: JSON.stringify(version) },
    logLevel: "error",
  });
}

/**
 * @param {string} from
 * @param {string} to
 */
export async function copyExecutable(from, to) {
  const beside = `${to}.new-${process.pid}`;
  await copyFile(from, beside);
  await chmod(beside, 0o755);
  await rename(beside, to);
}
