import { run } from "./run.mjs";

/** What every image of ours is built on. */
export const BASE_TAG = "blue-green-base:trixie";
export const EDGE_TAG = "blue-green-edge:3.0";

/** The same of Debian 12, for stacks that began with it; made on demand. */
export const BASE_12_TAG = "blue-green-base:bookworm";
export const EDGE_12_TAG = "blue-green-edge:2.6";

/**
 * @param {string} image
 * @param {string} format Go template over the image's description
 * @returns {Promise<string | undefined>} absent when there is no such image
 */
export async function inspectImage(image, format) {
  const ran = await run("docker", ["image", "inspect", "--format", format, image]);
  return ran.ok ? ran.stdout.trim() : undefined;
}
