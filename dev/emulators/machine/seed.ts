import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { docker } from "../docker.ts";

/** Where cloud-init looks for the data of its source NoCloud; its folder is in the image. */
const SEED = "/var/lib/cloud/seed";

export interface Seed {
  readonly hostName: string;
  readonly instanceId: string;
  /** As it was sent to the cloud. Empty for none. */
  readonly userData: string;
  readonly metaData?: Readonly<Record<string, unknown>>;
}

/** Gives a container that has not started what cloud-init reads at its first boot. */
export async function writeSeed(container: string, seed: Seed): Promise<void> {
  const { instanceId, hostName, metaData } = seed;
  const known = { "instance-id": instanceId, "local-hostname": hostName, ...metaData };
  await copyFolder(container, SEED, {
    // JSON is YAML.
    "nocloud/meta-data": JSON.stringify(known),
    "nocloud/user-data": seed.userData,
  });
}

/** Puts files, by their path below a folder of the container, which may be stopped. */
export async function copyFolder(
  container: string,
  target: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "blue-green-machine-"));
  try {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(join(folder, path, ".."), { recursive: true });
      await writeFile(join(folder, path), content, { mode: 0o600 });
    }
    await docker("cp", "--quiet", `${folder}/.`, `${container}:${target}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
