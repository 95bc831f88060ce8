import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { canInstall, install, machineSources, sourcesFor } from "./apt.mjs";
import { SetupError } from "./failure.mjs";
import { BASE_TAG, inspectImage } from "./images.mjs";
import { run, tail } from "./run.mjs";

const RELEASE = "bookworm";
const OFFICIAL =
  "debian:bookworm-20251229-slim@sha256:d5d3f9c23164ea16f31852f95bd5959aad1c5e854332fe00f7b3a20fcc9f635c";
const PULL_MS = 5 * 60_000;
const MAKE_MS = 15 * 60_000;

/** @type {import("./steps.mjs").Step} */
export const baseImage = {
  name: "base-image",
  title: `base image ${BASE_TAG}`,
  scope: () => "machine",

  isDone: async () => (await inspectImage(BASE_TAG, "{{.Id}}")) !== undefined,

  async bring({ note, verbose }) {
    const pulled = await run("docker", ["pull", OFFICIAL], { timeoutMs: PULL_MS, verbose });
    if (pulled.ok) {
      const tagged = await run("docker", ["tag", OFFICIAL, BASE_TAG]);
      if (!tagged.ok) throw noBase(tail(tagged.output));
      return `base image ${BASE_TAG} (pulled)`;
    }
    const why = `Pulling it failed: ${tail(pulled.output, 3) || pulled.problem}`;
    if (!(await canInstall())) throw noBase(why);
    note("the Debian image can't be pulled here; making one from Debian packages (1 minute)");
    await make(why, verbose);
    return `base image ${BASE_TAG} (made from Debian packages)`;
  },
};

/** @param {string} why */
function noBase(why) {
  return new SetupError(`the base image ${BASE_TAG} is missing.`, why, [
    `docker pull ${OFFICIAL}`,
    "npm run setup",
  ]);
}

/**
 * @param {string} why
 * @param {boolean} verbose
 */
async function make(why, verbose) {
  const sources = sourcesFor(await machineSources(), RELEASE);
  const [archive] = sources;
  if (!archive) throw noBase(`${why}\nThis machine's apt names no Debian mirror to make it from.`);
  if (!(await run("debootstrap", ["--version"])).ok) {
    const failure = await install(["debootstrap"], verbose);
    if (failure) throw noBase(`${why}\nInstalling debootstrap failed: ${failure}`);
  }
  // Not /tmp: where that is a file system of its own, device files are often not allowed there.
  const folder = await mkdtemp(join(process.env["TMPDIR"] ?? "/var/tmp", "blue-green-base-"));
  try {
    // mkdtemp makes folders that only we can enter; this one becomes the root of images.
    await check(why, "chmod", ["0755", folder], verbose);
    const args = ["--variant=minbase", RELEASE, folder, archive.uri];
    await check(why, "debootstrap", args, verbose);
    await trim(folder, sources);
    await check(why, "sh", ["-c", IMPORT, "sh", folder, BASE_TAG], verbose);
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

/**
 * @param {string} why
 * @param {string} command
 * @param {readonly string[]} args
 * @param {boolean} verbose
 */
async function check(why, command, args, verbose) {
  const ran = await run(command, args, { timeoutMs: MAKE_MS, verbose });
  if (!ran.ok) throw noBase(`${why}\nMaking it failed too (${ran.problem}):\n${tail(ran.output)}`);
}
