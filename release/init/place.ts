import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { load } from "js-yaml";
import { packageFile } from "../../lib/packageFolder.mjs";
import { dependencyIn, type Entry, type Manifest } from "./texts.ts";

/** The stack's folder in an app with its own package.json. */
const OWN_FOLDER = "deploy";

/** The destination folder and what it already contains. */
export interface Place {
  readonly folder: string;
  readonly manifest: Manifest | undefined;
  /** Undefined without a Pulumi.yaml. */
  readonly project: ExistingProject | undefined;
}

export interface ExistingProject {
  readonly name: string;
  readonly runtime: string;
  readonly main: string | undefined;
}

/**
 * This folder, or its `deploy` folder if an app has its own package.json or index.ts here: these stay unchanged,
 * and the app's image gets none of Pulumi's packages.
 */
export async function findPlace(folder: string): Promise<Place> {
  const here = await lookAt(folder);
  if (here.project) return here;
  const own = await lookAt(join(folder, OWN_FOLDER));
  return own.project || (await isAnApps(here)) ? own : here;
}

export async function lookAt(folder: string): Promise<Place> {
  const manifest = await readText(join(folder, "package.json"));
  return {
    folder,
    manifest: manifest === undefined ? undefined : (JSON.parse(manifest) as Manifest),
    project: existingProject(await readText(join(folder, "Pulumi.yaml"))),
  };
}

async function isAnApps({ folder, manifest }: Place): Promise<boolean> {
  if (manifest && !isOurs(manifest)) return true;
  const programs = await Promise.all(
    ["index.ts", "index.js"].map((file) => readText(join(folder, file))),
  );
  return programs.some((text) => text !== undefined);
}

/** Whether npm wrote it while installing this package in an empty folder, or `init` did. */
export function isOurs(manifest: Manifest): boolean {
  const { dependencies = {}, devDependencies = {}, ...rest } = manifest;
  const names = Object.keys({ ...dependencies, ...devDependencies });
  const isType = rest.type === undefined || rest.type === "module";
  const others = Object.keys(rest).filter((key) => !["private", "type"].includes(key));
  return isType && others.length === 0 && names.every((name) => name === "blue-green");
}

/** @throws SyntaxError, or js-yaml's error, for an invalid file. */
function existingProject(text: string | undefined): ExistingProject | undefined {
  if (text === undefined) return undefined;
  const { name, runtime, main } = load(text) as {
    readonly name?: string;
    readonly runtime?: string | { readonly name?: string };
    readonly main?: string;
  };
  const runtimeName = typeof runtime === "string" ? runtime : (runtime?.name ?? "");
  return { name: name ?? "", runtime: runtimeName, main };
}

/** Node 22.18 and newer run TypeScript directly. */
export function entryFor({ project }: Place, features: NodeFeatures = process.features): Entry {
  if (project?.main === "index.ts" || project?.main === "index.js") return project.main;
  return features.typescript ? "index.ts" : "index.js";
}

/** @types/node is for Node 20. */
type NodeFeatures = typeof process.features & { readonly typescript?: string | false };

/**
 * This package in a folder's package.json: the file that npm installed it from, or its version.
 */
export async function dependencyFor(folder: string): Promise<string> {
  const root = fileURLToPath(packageFile("./"));
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as {
    readonly version: string;
  };
  const installedIn = dirname(dirname(root));
  const text = await readText(join(installedIn, "package.json"));
  const spec = text === undefined ? undefined : dependencyIn(JSON.parse(text) as Manifest);
  if (!spec?.startsWith("file:")) return version;
  return `file:${relative(folder, resolve(installedIn, spec.slice("file:".length)))}`;
}

/** Where platforms look for pipelines: the root of the repository, or this folder if there is none yet. */
export function repositoryOf(folder: string): string {
  const from = resolve(folder);
  for (let path = from; ; path = dirname(path)) {
    if (existsSync(join(path, ".git"))) return path;
    if (path === dirname(path)) return resolve(".");
  }
}

/** @returns undefined if the file does not exist. */
export function readText(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}
