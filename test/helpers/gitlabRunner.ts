import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { gitlabCiLocal, rsync } from "../../tools/setup/pipelineTools.mjs";
import type { PipelineRepository } from "./pipelineRepository.ts";

/**
 * Runs jobs of the repository's pipeline as a GitLab runner with the shell executor does, on this
 * machine: `gitlab-ci-local`, with a copy of the commit for each job.
 *
 * @param jobs By name, manual ones too; all that are not manual where there is none.
 */
export async function runPipeline(
  { folder }: PipelineRepository,
  variables: Readonly<Record<string, string>>,
  ...jobs: readonly string[]
): Promise<{ readonly code: number; readonly output: string }> {
  await rsync();
  const home = await mkdtemp(join(tmpdir(), "blue-green-gitlab-"));
  try {
    const words = [
      ...["--shell-isolation", "--no-color", "--home", home],
      ...Object.entries(variables).flatMap(([name, value]) => ["--variable", `${name}=${value}`]),
      ...jobs,
    ];
    const { exitCode, all } = await execa(await gitlabCiLocal(), words, {
      cwd: folder,
      all: true,
      reject: false,
      stdin: "ignore",
    });
    return { code: exitCode ?? -1, output: all };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
