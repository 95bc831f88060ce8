import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { groovyLibraries, java } from "../setup/pipelineTools.mjs";
import type { PipelineRepository } from "../../test/helpers/pipelineRepository.ts";
import { type Ran, runRunner } from "./pipelineRunner.ts";

const FOLDER = fileURLToPath(new URL("jenkins/", import.meta.url));

export interface Credential {
  readonly user: string;
  readonly password: string;
}

export interface Build {
  /** Of the job or folder. */
  readonly environment: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, string>>;
  readonly credentials: Readonly<Record<string, Credential | string>>;
  /** To the pipeline's question. */
  readonly answer: "yes" | "no";
}

/**
 * Runs the repository's Jenkinsfile in a fresh clone, as one build on one agent does. It is not Jenkins
 * itself, but Groovy with the words of the declarative syntax, in dev/pipelines/jenkins.
 *
 * @returns code 0 for SUCCESS, 1 for FAILURE, 2 for ABORTED.
 */
export function runBuild({ folder }: PipelineRepository, build: Build): Promise<Ran> {
  return runRunner(async (home) => {
    const workspace = join(home, "workspace");
    await execa("git", ["clone", "--quiet", folder, workspace]);
    const { stdout } = await execa("git", ["rev-parse", "HEAD"], { cwd: workspace });
    const environment = { GIT_COMMIT: stdout, ...build.environment };
    const file = join(workspace, "Jenkinsfile");
    return groovy(home, { file, workspace, ...build, environment });
  });
}

/** Reads a Jenkinsfile as Jenkins does before it runs anything; says what is not right in it. */
export function readJenkinsfile(file: string): Promise<Ran> {
  return runRunner((home) => groovy(home, { file, isCheck: true }));
}

async function groovy(home: string, given: Readonly<Record<string, unknown>>) {
  const file = join(home, "build.json");
  await writeFile(file, JSON.stringify(given), { mode: 0o600 });
  const path = `${await groovyLibraries()}:${FOLDER}`;
  const words = ["-cp", path, "groovy.ui.GroovyMain", join(FOLDER, "run.groovy"), file];
  return { program: await java(), words, cwd: home };
}
