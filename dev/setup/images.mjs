import { edgeRecipe, hostRecipe } from "../../lib/edgeRecipe.mjs";
import { run } from "./run.mjs";

/** What every image of ours is built on. */
export const BASE_TAG = "blue-green-base:trixie";
/** On hosts of the app, and for tests. */
export const EDGE_TAG = hostRecipe("3.0").image;
/** All names of that image, for machines that can't build it. */
export const EDGE_TAGS = [EDGE_TAG, edgeRecipe("3.0").image];

/** The same of Debian 12, for stacks that began with it; made on demand. */
export const BASE_12_TAG = "blue-green-base:bookworm";
export const EDGE_12_TAG = hostRecipe("2.6").image;
export const EDGE_12_TAGS = [EDGE_12_TAG, edgeRecipe("2.6").image];

/**
 * @param {string} image
 * @param {string} format Go template over the image's description
 * @returns {Promise<string | undefined>} absent when there is no such image
 */
export async function inspectImage(image, format) {
  const ran = await run("docker", ["image", "inspect", "--format", format, image]);
  return ran.ok ? ran.stdout.trim() : undefined;
}
