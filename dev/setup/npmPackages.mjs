import process from "node:process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { SetupError } from "./failure.mjs";
import { ROOT, parseJson } from "./places.mjs";
import { run, tail } from "./run.mjs";

/** @typedef {{ version?: string, integrity?: string, optional?: boolean, link?: boolean }} Entry */

const OLDEST_NODE = 20;

/** @type {import("./steps.mjs").Step} */
export const npmPackages = {
  name: "npm",
  title: "npm packages",
  scope: () => ROOT,

  async isDone() {
    checkNode();
    const wanted = await lockedPackages(join(ROOT, "package-lock.json"));
    const present = await lockedPackages(join(ROOT, "node_modules", ".package-lock.json"));
    return wanted !== undefined && present !== undefined && matches(wanted, present);
  },

  async bring({ verbose }) {
    // Without install scripts: the one of @pulumi/command would fetch a plugin, which is a step of
    // its own here, and the others only save work that the packages do without.
    const args = ["ci", "--no-audit", "--no-fund", "--ignore-scripts"];
    const ran = await run("npm", args, { cwd: ROOT, verbose, timeoutMs: 15 * 60_000 });
    if (ran.ok) return "npm packages (installed)";
    throw new SetupError("npm packages could not be installed.", explain(ran), "npm ci");
  },
};

function checkNode() {
  const major = Number(process.versions.node.split(".")[0]);
  if (major >= OLDEST_NODE) return;
  throw new SetupError(
    `Node.js ${OLDEST_NODE} or newer is needed.`,
    `This is Node.js ${process.version} at ${process.execPath}.`,
    "Install a current Node.js (https://nodejs.org), then type: npm run setup",
  );
}

/** @param {import("./run.mjs").Ran} ran */
function explain({ problem, output }) {
  return `${problem}:\n${tail(output)}`;
}

/**
 * @param {string} path
 * @returns {Promise<Record<string, Entry> | undefined>} absent when npm has not finished there
 */
async function lockedPackages(path) {
  try {
    const lock = /** @type {{ packages: Record<string, Entry> }} */ (
      parseJson(await readFile(path, "utf8"))
    );
    return lock.packages;
  } catch {
    return undefined;
  }
}

/**
 * True when everything that the lock file names is installed at that version. What npm left out
 * because it is optional here, and what a user installed beside it, is fine.
 * @param {Record<string, Entry>} wanted
 * @param {Record<string, Entry>} present
 */
export function matches(wanted, present) {
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === "" || entry.link) return true;
    const installed = present[path];
    if (!installed) return entry.optional === true;
    return installed.version === entry.version && installed.integrity === entry.integrity;
  });
}
