/**
 * Installs the official Pulumi CLI by the npm package's own downloader.
 * Called as: node downloadCli.mjs VERSION FOLDER
 */
import console from "node:console";
import process from "node:process";
import { load } from "./places.mjs";

/** The first answer of the server; without one in this time there is no way through. */
const FIRST_ANSWER_MS = 15_000;

/**
 * @typedef {object} Downloader the npm package's own module, which has no types
 * @property {(version: string, folder: string, io: { fetchText: typeof fetchText }) => Promise<void>} installCLI
 */

const [version, folder] = process.argv.slice(2);

/** @param {string} url */
async function fetchText(url) {
  const response = await globalThis.fetch(url, {
    signal: globalThis.AbortSignal.timeout(FIRST_ANSWER_MS),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.text();
}

try {
  const { installCLI } = /** @type {Downloader} */ (load("pulumi/lib/download.js"));
  await installCLI(version ?? "", folder ?? "", { fetchText });
} catch (error) {
  const { message, cause } = /** @type {Error} */ (error);
  console.error(cause instanceof Error ? `${message}: ${cause.message}` : message);
  process.exitCode = 1;
}
