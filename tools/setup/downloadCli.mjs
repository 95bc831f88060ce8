/**
 * Installs the official Pulumi CLI by the npm package's own downloader.
 * Called as: node downloadCli.mjs VERSION FOLDER
 */
import { require } from "./places.mjs";

/** The first answer of the server; without one in this time there is no way through. */
const FIRST_ANSWER_MS = 15_000;

const [version, folder] = process.argv.slice(2);

/** @param {string} url */
async function fetchText(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(FIRST_ANSWER_MS) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.text();
}

try {
  await require("pulumi/lib/download.js").installCLI(version, folder, { fetchText });
} catch (error) {
  const { message, cause } = /** @type {Error} */ (error);
  console.error(cause instanceof Error ? `${message}: ${cause.message}` : message);
  process.exitCode = 1;
}
