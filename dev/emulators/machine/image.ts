import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { BASE_TAG, inspectImage } from "../../setup/images.mjs";
import { withLock } from "../../setup/lock.mjs";
import { hashOf } from "../../setup/places.mjs";

const FOLDER = fileURLToPath(new URL("image/", import.meta.url));
const BUILD_MS = 10 * 60_000;

let image: Promise<string> | undefined;

/**
 * Builds the image that machines start from, unless it is there, and returns its tag:
 * `blue-green-machine:<hash>`.
 *
 * @throws with what the build said; where the base image is missing: `npm run setup` makes it.
 */
export function ensureMachineImage(): Promise<string> {
  image ??= ensureImage("blue-green-machine", FOLDER, BASE_TAG);
  return image;
}

/**
 * Builds a folder's Dockerfile on a base, which it gets as `BASE`, and returns the tag: the name and
 * a hash of folder and base, so that an image of the same source is never built twice.
 */
export async function ensureImage(name: string, folder: string, base: string): Promise<string> {
  const baseId = await inspectImage(base, "{{.Id}}");
  if (baseId === undefined) {
    throw new Error(`The image ${base} is missing. Make it: npm run setup`);
  }
  const tag = `${name}:${(await hashOf([folder])).slice(0, 12)}-${baseId.slice(-12)}`;
  await withLock(tag, async () => {
    if ((await inspectImage(tag, "{{.Id}}")) !== undefined) return;
    const args = ["build", "--build-arg", `BASE=${base}`, "--tag", tag, folder];
    await execa("docker", args, { timeout: BUILD_MS });
  });
  return tag;
}
