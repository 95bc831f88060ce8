import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { URL, fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { ROOT, parseJson } from "../setup/places.mjs";

/** What others name: package.json's exports, programs/step.mjs and release/bluegreen.mjs. */
const ENTRIES = {
  index: "api/index.ts",
  components: "api/components.ts",
  "programs/run": "programs/run.ts",
  "release/cli/main": "release/cli/main.ts",
};

// Packages are CommonJS for the most part, and use what an ES module does not have.
const COMMONJS = `import { createRequire as makeRequire } from "node:module";
const require = makeRequire(import.meta.url);
const moduleFolder = new URL(".", import.meta.url).pathname;`;

/**
 * Compiles what runs into a few ES modules. Packages are compiled in, so that few files are read and few
 * packages installed. The parts of Pulumi's SDK stay outside: they are shared with the program of the user.
 * @param {string} folder
 */
export async function bundle(folder) {
  const { metafile } = await esbuild.build({
    absWorkingDir: ROOT,
    entryPoints: ENTRIES,
    outdir: folder,
    bundle: true,
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    platform: "node",
    format: "esm",
    target: "node20",
    legalComments: "none",
    banner: { js: COMMONJS },
    define: { __dirname: "moduleFolder" },
    // Machine code that ssh2 does without.
    external: ["*.node", "cpu-features"],
    plugins: [partsOfPulumi],
    metafile: true,
    logLevel: "warning",
  });
  await writeFile(join(folder, "LICENSES.txt"), await licenses(Object.keys(metafile.inputs)));
  return metafile;
}

/** @type {esbuild.Plugin} */
const partsOfPulumi = {
  name: "parts-of-pulumi",
  setup(build) {
    const beside = (/** @type {string} */ file) => ({
      path: fileURLToPath(new URL(file, import.meta.url)),
    });
    build.onResolve({ filter: /^@pulumi\/pulumi$/ }, () => beside("pulumiSdk.mjs"));
    build.onResolve({ filter: /^@pulumi\/pulumi\// }, ({ path }) => {
      if (path.endsWith("/runtime")) return beside("pulumiRuntime.mjs");
      // The command line alone has it, in a process that runs no program.
      if (path.includes("/automation/")) return undefined;
      return { path, external: true };
    });
    build.onResolve({ filter: /^\.\.\/runtime$/ }, ({ importer }) =>
      /@pulumi[/\\]pulumi[/\\]automation/.test(importer) ? beside("pulumiRuntime.mjs") : undefined,
    );
  },
};

/**
 * The licenses of the packages that are compiled in.
 * @param {readonly string[]} files
 */
async function licenses(files) {
  const folders = new Set(
    files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []),
  );
  const texts = [...folders].sort().map(async (folder) => {
    const manifest = parseJson(await readFile(join(ROOT, folder, "package.json"), "utf8"));
    const { name, version, license } = /** @type {Record<string, string>} */ (manifest);
    return `${name} ${version}: ${license}\n\n${await licenseText(join(ROOT, folder))}`;
  });
  return (await Promise.all(texts)).join(`\n${"-".repeat(78)}\n\n`);
}

/** @param {string} folder */
async function licenseText(folder) {
  for (const name of ["LICENSE", "LICENSE.md", "LICENSE.txt", "license", "LICENCE"]) {
    const text = await readFile(join(folder, name), "utf8").catch(() => undefined);
    if (text !== undefined) return text;
  }
  return "";
}
