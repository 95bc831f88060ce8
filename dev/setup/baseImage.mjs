import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { EDGE_BASES } from "../../lib/edgeRecipe.mjs";
import { canInstall, install, machineSources, sourcesFor } from "./apt.mjs";
import { SetupError } from "./failure.mjs";
import { BASE_12_TAG, BASE_TAG, inspectImage } from "./images.mjs";
import { run, tail } from "./run.mjs";

/**
 * @typedef {object} Base
 * @property {string} name of its step
 * @property {string} tag
 * @property {string} release Debian's code name
 * @property {string} official where it can be pulled:
 */

/** @type {Base} */
const DEBIAN_13 = {
  name: "base-image",
  tag: BASE_TAG,
  release: "trixie",
  official: EDGE_BASES["3.0"],
};

/** @type {Base} */
const DEBIAN_12 = {
  name: "base-image-12",
  tag: BASE_12_TAG,
  release: "bookworm",
  official: EDGE_BASES["2.6"],
};

const PULL_MS = 5 * 60_000;
const MAKE_MS = 15 * 60_000;

export const baseImage = step(DEBIAN_13);
export const baseImage12 = step(DEBIAN_12);

/**
 * @param {Base} base
 * @returns {import("./steps.mjs").Step}
 */
function step(base) {
  const { name, tag, official } = base;
  return {
    name,
    title: `base image ${tag}`,
    scope: () => "machine",

    isDone: async () => (await inspectImage(tag, "{{.Id}}")) !== undefined,

    async bring({ note, verbose }) {
      const pulled = await run("docker", ["pull", official], { timeoutMs: PULL_MS, verbose });
      if (pulled.ok) {
        const tagged = await run("docker", ["tag", official, tag]);
        if (!tagged.ok) throw noBase(base, tail(tagged.output));
        return `base image ${tag} (pulled)`;
      }
      const why = `Pulling it failed: ${tail(pulled.output, 3) || pulled.problem}`;
      if (!(await canInstall())) throw noBase(base, why);
      note("the Debian image can't be pulled here; making one from Debian packages (1 minute)");
      await make(base, why, verbose);
      return `base image ${tag} (made from Debian packages)`;
    },
  };
}

/**
 * @param {Base} base
 * @param {string} why
 */
function noBase({ name, tag, official }, why) {
  return new SetupError(`the base image ${tag} is missing.`, why, [
    `docker pull ${official}`,
    `node dev/setup.mjs --only ${name}`,
  ]);
}

/**
 * @param {Base} base
 * @param {string} why
 * @param {boolean} verbose
 */
async function make(base, why, verbose) {
  const { release, tag } = base;
  const sources = sourcesFor(await machineSources(), release);
  const [archive] = sources;
  if (!archive) {
    throw noBase(base, `${why}\nThis machine's apt names no Debian mirror to make it from.`);
  }
  if (!(await run("debootstrap", ["--version"])).ok) {
    const failure = await install(["debootstrap"], verbose);
    if (failure) throw noBase(base, `${why}\nInstalling debootstrap failed: ${failure}`);
  }
  /** @type {(command: string, args: readonly string[]) => Promise<void>} */
  const check = async (command, args) => {
    const ran = await run(command, args, { timeoutMs: MAKE_MS, verbose });
    if (ran.ok) return;
    throw noBase(base, `${why}\nMaking it failed too (${ran.problem}):\n${tail(ran.output)}`);
  };
  // Not /tmp: where that is a file system of its own, device files are often not allowed there.
  const folder = await mkdtemp(join(process.env["TMPDIR"] ?? "/var/tmp", "blue-green-base-"));
  try {
    // mkdtemp makes folders that only we can enter; this one becomes the root of images.
    await check("chmod", ["0755", folder]);
    await check("debootstrap", ["--variant=minbase", release, folder, archive.uri]);
    await trim(folder, sources);
    await check("sh", ["-c", IMPORT, "sh", folder, tag]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const IMPORT =
  'tar -C "$1" --numeric-owner -c . | docker import -c \'CMD ["bash"]\' -c "LABEL blue-green.made-by=debootstrap" - "$2"';

/**
 * Leaves packages and documents of no use in a container out, and gives apt inside `docker build`
 * the machine's own mirrors.
 * @param {string} folder
 * @param {readonly import("./apt.mjs").Source[]} sources
 */
async function trim(folder, sources) {
  const lines = sources.map(({ uri, suite, components }) =>
    ["deb", uri, suite, ...components].join(" "),
  );
  await writeFile(join(folder, "etc/apt/sources.list"), `${lines.join("\n")}\n`);
  await writeFile(join(folder, "etc/apt/apt.conf.d/90blue-green"), APT_SETTINGS);
  const emptied = [
    "var/lib/apt/lists",
    "var/cache/apt",
    "var/log",
    "usr/share/doc",
    "usr/share/man",
  ];
  for (const name of emptied) {
    for (const inside of await readdir(join(folder, name)).catch(() => [])) {
      await rm(join(folder, name, inside), { recursive: true, force: true });
    }
  }
}

/** A build must not fail for one lost connection, and keeps no downloaded packages. */
const APT_SETTINGS = `Acquire::Retries "3";
APT::Install-Recommends "false";
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb || true"; };
`;
