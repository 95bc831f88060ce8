import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { BASE_12_TAG, BASE_TAG, inspectImage } from "../../setup/images.mjs";
import { withLock } from "../../setup/lock.mjs";
import { hashOf } from "../../setup/places.mjs";

const FOLDER = fileURLToPath(new URL("image/", import.meta.url));
const AUTHORITY = fileURLToPath(new URL("authority/", import.meta.url));
const BUILD_MS = 10 * 60_000;

/** The Debian that machines have. */
export type Debian = "12" | "13";

const BASES: Readonly<Record<Debian, string>> = { "12": BASE_12_TAG, "13": BASE_TAG };

const images = new Map<Debian, Promise<string>>();

/** @param image A cloud's name of it, such as `debian-12-x64`; of another distribution it is 13. */
export function debianOf(image: string): Debian {
  return /^debian[ -]12\b/i.test(image) ? "12" : "13";
}

/**
 * Builds the image that machines start from, unless it is there, and returns its tag:
 * `blue-green-machine:<hash>`.
 *
 * @throws with what the build said; where the base image is missing: with what makes it.
 */
export function ensureMachineImage(debian: Debian = "13"): Promise<string> {
  let image = images.get(debian);
  if (image === undefined) {
    image = withAuthority("blue-green-machine", FOLDER, BASES[debian]);
    images.set(debian, image);
  }
  return image;
}

/** An image that has to do with the authority by which machines know registries. */
export async function withAuthority(name: string, folder: string, base: string): Promise<string> {
  const authority = await ensureImage("blue-green-authority", AUTHORITY, BASE_TAG);
  return await ensureImage(name, folder, base, authority);
}

/**
 * Builds a folder's Dockerfile on a base, which it gets as `BASE`, and returns the tag: the name and
 * a hash of folder and base, so that an image of the same source is never built twice.
 *
 * @param authority An image that the Dockerfile gets as `AUTHORITY`.
 */
export async function ensureImage(
  name: string,
  folder: string,
  base: string,
  authority?: string,
): Promise<string> {
  const ids = [await idOf(base), ...(authority === undefined ? [] : [await idOf(authority)])];
  const source = (await hashOf([folder])).slice(0, 12);
  const tag = `${name}:${[source, ...ids.map((id) => id.slice(-12))].join("-")}`;
  await withLock(tag, async () => {
    if ((await inspectImage(tag, "{{.Id}}")) !== undefined) return;
    const buildArgs = ["--build-arg", `BASE=${base}`];
    if (authority !== undefined) buildArgs.push("--build-arg", `AUTHORITY=${authority}`);
    await execa("docker", ["build", ...buildArgs, "--tag", tag, folder], { timeout: BUILD_MS });
  });
  return tag;
}

async function idOf(image: string): Promise<string> {
  const id = await inspectImage(image, "{{.Id}}");
  if (id !== undefined) return id;
  const made = image === BASE_12_TAG ? "node dev/setup.mjs --only base-image-12" : "npm run setup";
  throw new Error(`The image ${image} is missing. Make it: ${made}`);
}
