import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

export interface Dependency {
  readonly name: string;
  readonly version: string;
}

interface Manifest {
  readonly version?: string;
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
}

/** The program's direct dependencies at the versions that are installed (`pulumi about`). */
export async function directDependencies(directory: string): Promise<Dependency[]> {
  const manifest = await readManifest(join(directory, "package.json"));
  const asked = { ...manifest.dependencies, ...manifest.devDependencies };
  return await Promise.all(
    Object.entries(asked).map(async ([name, range]) => {
      const installed = await readManifest(join(directory, "node_modules", name, "package.json"));
      return { name, version: installed.version ?? range };
    }),
  );
}

/** Version of TypeScript that a program in this directory would load, or nothing. */
export function typescriptVersion(directory: string): string | undefined {
  try {
    const require = createRequire(join(directory, "package.json"));
    return (require("typescript/package.json") as Manifest).version;
  } catch {
    return undefined;
  }
}

async function readManifest(path: string): Promise<Manifest> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Manifest;
  } catch {
    return {};
  }
}
