import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
// The set-up of this checkout left what it fetched from the registry in npm's cache. The plugins
// are installed already; their install scripts would only look for them.
const INSTALL = ["--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"];

/** A user's folder after `npm install` with the tarball. */
export async function installPackage(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "blue-green-package-"));
  const packed = await execa("npm", ["pack", "--json", "--pack-destination", folder], {
    cwd: ROOT,
    stderr: "ignore",
  });
  const [tarball] = JSON.parse(packed.stdout.slice(packed.stdout.indexOf("["))) as {
    readonly filename: string;
  }[];
  if (!tarball) throw new Error(`npm pack made no tarball:\n${packed.stdout}`);
  await execa("npm", ["install", ...INSTALL, join(folder, tarball.filename)], { cwd: folder });
  return folder;
}

/** The same, with the files that `bluegreen init` writes, for the tests' project. */
export async function installProject(): Promise<string> {
  const folder = await installPackage();
  const answers = ["--name", "blue-green", "--image", "blue-green-tested:v1"];
  await execa(join(folder, "node_modules", ".bin", "bluegreen"), ["init", ...answers], {
    cwd: folder,
    stdin: "ignore",
  });
  return folder;
}

export async function removePackage(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
