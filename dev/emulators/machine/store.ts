import { createHash } from "node:crypto";
import { execa } from "execa";
import { withLock } from "../../setup/lock.mjs";
import { docker } from "../docker.ts";
import { type Debian, ensureMachineImage } from "./image.ts";
import { MACHINE_OPTIONS } from "./options.ts";

const LABEL = "blue-green.machine-images";
const FILL_MS = 5 * 60_000;

const stores = new Map<string, Promise<string>>();

/**
 * The volume from which machines have images of this machine's Docker without a registry and
 * without a copy. Made once for each set of images and kept, as images are, until one of them is
 * built anew; by hand: `docker volume rm $(docker volume ls -q --filter label=blue-green.machine-images)`.
 */
export async function ensureStore(images: readonly string[], debian?: Debian): Promise<string> {
  const machine = await ensureMachineImage(debian);
  const content = await describe([machine, ...images].sort());
  const digest = createHash("sha256").update(content.join("\n")).digest("hex");
  const volume = `blue-green-machine-images-${digest.slice(0, 12)}`;
  let store = stores.get(volume);
  if (store === undefined) {
    store = withLock(volume, () => fill(volume, machine, images, content)).then(() => volume);
    stores.set(volume, store);
  }
  return store;
}

/** The images' names, each with what stands behind it now. */
async function describe(images: readonly string[]): Promise<string[]> {
  const ids = await execa("docker", ["image", "inspect", "--format", "{{.Id}}", ...images], {
    reject: false,
  });
  if (ids.failed) {
    throw new Error(`preloadImages: ${ids.stderr}\nBuild the image before the machine.`);
  }
  return ids.stdout.split("\n").map((id, index) => `${images[index] ?? ""}=${id}`);
}

async function fill(
  volume: string,
  machine: string,
  images: readonly string[],
  content: readonly string[],
): Promise<void> {
  if (await isThere(volume)) {
    if (await isComplete(volume, machine)) return;
    // Docker refuses where a machine uses it; emptying it would take that machine's layers away.
    await docker("volume", "rm", volume);
  }
  await removeOutdated();
  await docker("volume", "create", "--label", `${LABEL}=${content.join(",")}`, volume);
  const mount = ["--volume", `${volume}:/var/lib/docker`, "--network", "none"];
  await execa("docker", ["save", ...images], { timeout: FILL_MS, buffer: false }).pipe(
    "docker",
    ["run", "--rm", "-i", ...MACHINE_OPTIONS, ...mount, machine, "/usr/lib/machine/load-images"],
    { timeout: FILL_MS },
  );
}

async function isThere(volume: string): Promise<boolean> {
  return !(await execa("docker", ["volume", "inspect", volume], { reject: false })).failed;
}

/** A store whose filling was killed has no such file. */
async function isComplete(volume: string, machine: string): Promise<boolean> {
  const look = ["--volume", `${volume}:/store:ro`, "--network", "none", machine];
  const looked = await execa("docker", ["run", "--rm", ...look, "test", "-e", "/store/complete"], {
    reject: false,
  });
  return !looked.failed;
}

/** Stores of images that have been built anew since; one that a machine uses stays. */
async function removeOutdated(): Promise<void> {
  const format = `{{.Name}} {{.Label "${LABEL}"}}`;
  const lines = await docker("volume", "ls", "--filter", `label=${LABEL}`, "--format", format);
  for (const line of lines.split("\n").filter(Boolean)) {
    const [volume = "", content = ""] = line.split(" ");
    if (!(await isUpToDate(content))) {
      await execa("docker", ["volume", "rm", volume], { reject: false });
    }
  }
}

async function isUpToDate(content: string): Promise<boolean> {
  const images = content.split(",").map((entry) => entry.split("=")[0] ?? "");
  const now = await describe(images).catch(() => []);
  return now.join(",") === content;
}
