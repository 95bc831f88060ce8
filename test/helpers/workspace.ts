import { access, cp, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = new URL("../../", import.meta.url).pathname;

/** What a program needs next to it; the rest of the checkout is not for Pulumi. */
const LINKED = [
  "index.ts",
  "settings.ts",
  "components",
  "lib",
  "programs",
  "scripts",
  "settings",
  "stacks",
];
const ALSO_LINKED = ["node_modules", "package.json", "tsconfig.json"];

/**
 * A folder in which `pulumi` runs this checkout's program with its own stack files and state, so
 * that a test leaves no trace in the checkout.
 *
 * @param checkout Another checkout, for a comparison of versions.
 */
export async function makeWorkspace(checkout = ROOT): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "blue-green-test-"));
  await cp(join(checkout, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
  for (const entry of [...LINKED, ...ALSO_LINKED]) {
    const target = join(checkout, entry);
    // A checkout of another version may have fewer folders.
    if (await exists(target)) await symlink(target, join(folder, entry));
  }
  return folder;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

export async function removeWorkspace(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

/** Writes a stack file; JSON is YAML. */
export async function writeStackFile(
  folder: string,
  stack: string,
  config: Readonly<Record<string, unknown>>,
  salt: string,
): Promise<void> {
  const named = Object.entries(config)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [`blue-green:${key}`, value] as const);
  const file = { encryptionsalt: salt, config: Object.fromEntries(named) };
  await writeFile(join(folder, `Pulumi.${stack}.yaml`), JSON.stringify(file, null, 2));
}

/** The lock files that an `up` which was killed leaves behind. */
export async function lockFiles(folder: string): Promise<string[]> {
  const files = await readdir(join(folder, ".pulumi", "locks"), { recursive: true }).catch(
    () => [],
  );
  return files.filter((file) => file.endsWith(".json"));
}
