import { basename, dirname, join, relative, resolve } from "node:path";
import { packageFile } from "../../lib/packageFolder.mjs";
import { readFile } from "node:fs/promises";
import type { Answers } from "./answers.ts";
import { PIPELINES, type PipelineName } from "./pipelines.ts";
import { dependencyFor, entryFor, type Place, readText, repositoryOf } from "./place.ts";
import {
  ignoreFileWith,
  manifest,
  manifestWith,
  NOT_IN_IMAGE,
  PROGRAM,
  projectFile,
  stackFile,
} from "./texts.ts";

/** A file that `init` manages. */
export interface PlannedFile {
  readonly path: string;
  /** Its contents after `init`; for a kept file, what `init` would have written. */
  readonly text: string;
  readonly action: "write" | "extend" | "keep" | "none";
}

/** Never overwrites: an existing file stays, or gets additional lines. */
export async function planFiles(
  answers: Answers,
  place: Place,
  pipeline: PipelineName | undefined,
): Promise<PlannedFile[]> {
  const entry = entryFor(place);
  const dependency = await dependencyFor(place.folder);
  const at = (name: string) => join(place.folder, name);
  return Promise.all([
    fresh(at("Pulumi.yaml"), projectFile(answers.project, entry)),
    fresh(at(entry), PROGRAM),
    fresh(at(`Pulumi.${answers.stack}.yaml`), stackFile(answers)),
    extended(at("package.json"), manifest(dependency), (text) => manifestWith(text, dependency)),
    ignoring(at(".gitignore")),
    ...(await dockerIgnore(place)),
    ...(pipeline ? [pipelineFile(place, pipeline)] : []),
  ]);
}

/** Where an image is built in the stack's folder, or beside it: the stack's files stay out of it. */
async function dockerIgnore({ folder }: Place): Promise<Promise<PlannedFile>[]> {
  const isBuiltIn = async (place: string) =>
    (await readText(join(place, "Dockerfile"))) !== undefined;
  if (await isBuiltIn(folder)) return [ignoring(join(folder, ".dockerignore"), NOT_IN_IMAGE)];
  const app = dirname(resolve(folder));
  if (!(await isBuiltIn(app))) return [];
  return [ignoring(join(app, ".dockerignore"), [`${basename(resolve(folder))}/`])];
}

function ignoring(path: string, lines?: string[]): Promise<PlannedFile> {
  return extended(path, ignoreFileWith("", lines), (text) => ignoreFileWith(text, lines));
}

async function pipelineFile({ folder }: Place, name: PipelineName): Promise<PlannedFile> {
  const { source, file, adapt } = PIPELINES[name];
  const repository = repositoryOf(folder);
  const text = await readFile(packageFile(`pipelines/${source}`), "utf8");
  return fresh(join(repository, file), adapt(text, relative(repository, folder) || "."));
}

async function fresh(path: string, text: string): Promise<PlannedFile> {
  const found = await readText(path);
  if (found === undefined) return { path, text, action: "write" };
  return { path, text, action: found === text ? "none" : "keep" };
}

async function extended(
  path: string,
  text: string,
  extend: (text: string) => string,
): Promise<PlannedFile> {
  const found = await readText(path);
  if (found === undefined) return { path, text, action: "write" };
  const more = extend(found);
  return { path, text: more, action: more === found ? "none" : "extend" };
}
