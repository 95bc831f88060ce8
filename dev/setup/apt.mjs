import process from "node:process";
import { readFile, readdir } from "node:fs/promises";
import { isExecutable } from "./places.mjs";
import { run, tail } from "./run.mjs";

const INSTALL_MS = 15 * 60_000;

/** True where we may install Debian packages ourselves. */
export async function canInstall() {
  return process.getuid?.() === 0 && (await isExecutable("/usr/bin/apt-get"));
}

/**
 * @param {readonly string[]} packages
 * @param {boolean} verbose
 * @returns {Promise<string>} the problem, empty when installed
 */
export async function install(packages, verbose) {
  const options = {
    env: { DEBIAN_FRONTEND: "noninteractive" },
    timeoutMs: INSTALL_MS,
    verbose,
  };
  // A source that does not answer must not stop us when the others have what we need.
  await run("apt-get", ["update"], options);
  const args = ["install", "--yes", "--no-install-recommends", ...packages];
  const ran = await run("apt-get", args, options);
  return ran.ok ? "" : `${ran.problem}:\n${tail(ran.output)}`;
}

/**
 * One source of Debian packages.
 * @typedef {object} Source
 * @property {string} uri
 * @property {string} suite
 * @property {readonly string[]} components
 */

/** What this machine's apt reads its packages from. */
export async function machineSources() {
  const folder = "/etc/apt/sources.list.d";
  const names = await readdir(folder).catch(() => []);
  const paths = ["/etc/apt/sources.list", ...names.sort().map((name) => `${folder}/${name}`)];
  const found = await Promise.all(
    paths.map(async (path) => {
      const text = await readFile(path, "utf8").catch(() => "");
      if (path.endsWith(".sources")) return parseDeb822(text);
      return path.endsWith(".list") ? parseList(text) : [];
    }),
  );
  return found.flat();
}

/**
 * One-line format: `deb [options] URI SUITE COMPONENT...`
 * @param {string} text
 * @returns {Source[]}
 */
export function parseList(text) {
  return text.split("\n").flatMap((line) => {
    const match = /^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)((?:\s+[^\s#]+)*)/.exec(line);
    if (!match) return [];
    const [, uri = "", suite = "", components = ""] = match;
    return [{ uri, suite, components: components.trim().split(/\s+/).filter(Boolean) }];
  });
}

/**
 * Stanza format (deb822): fields, continued by indented lines, stanzas parted by empty lines.
 * @param {string} text
 * @returns {Source[]}
 */
export function parseDeb822(text) {
  const lines = text.split("\n").filter((line) => !line.startsWith("#"));
  return lines
    .join("\n")
    .split(/\n\s*\n/)
    .flatMap((stanza) => sourcesOf(fieldsOf(stanza)));
}

/** @param {string} stanza */
function fieldsOf(stanza) {
  /** @type {Map<string, string[]>} */
  const fields = new Map();
  for (const line of stanza.replaceAll(/\n[ \t]+/g, " ").split("\n")) {
    const [, name, value] = /^([\w-]+):\s*(.*)$/.exec(line) ?? [];
    if (name) fields.set(name.toLowerCase(), (value ?? "").split(/\s+/).filter(Boolean));
  }
  return fields;
}

/** @param {Map<string, string[]>} fields */
function sourcesOf(fields) {
  if (fields.get("enabled")?.[0] === "no" || !fields.get("types")?.includes("deb")) return [];
  const components = fields.get("components") ?? [];
  return (fields.get("uris") ?? []).flatMap((uri) =>
    (fields.get("suites") ?? []).map((suite) => ({ uri, suite, components })),
  );
}

/**
 * The sources among a machine's own that serve one Debian release: the main archive first, then
 * its updates and security fixes. Empty when the machine knows no mirror of Debian.
 * @param {readonly Source[]} sources
 * @param {string} release code name such as bookworm
 * @returns {Source[]}
 */
export function sourcesFor(sources, release) {
  const main = ["main"];
  const has = (/** @type {Source} */ source) => source.components.includes("main");
  // A mirror holds every release that is alive, so a neighbour's entry serves as well.
  const archive =
    sources.find((source) => source.suite === release && has(source)) ??
    sources.find((source) => /\/debian\/?$/.test(source.uri) && has(source));
  if (!archive) return [];
  const found = [{ uri: archive.uri, suite: release, components: main }];
  const updates = `${release}-updates`;
  if (sources.some(({ suite }) => suite.endsWith("-updates"))) {
    found.push({ uri: archive.uri, suite: updates, components: main });
  }
  const security = sources.find(({ suite, uri }) => /-security$/.test(suite) && /debian/.test(uri));
  if (security) {
    found.push({ uri: security.uri, suite: `${release}-security`, components: main });
  }
  return found;
}
