import { gitlabCiLocal, rsync } from "../setup/pipelineTools.mjs";
import type { PipelineRepository } from "../../test/helpers/pipelineRepository.ts";
import { type Ran, runRunner } from "./pipelineRunner.ts";

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
): Promise<Ran> {
  await rsync();
  const program = await gitlabCiLocal();
  return runRunner((home) => {
    const words = [
      ...["--shell-isolation", "--no-color", "--home", home],
      ...Object.entries(variables).flatMap(([name, value]) => ["--variable", `${name}=${value}`]),
      ...jobs,
    ];
    return Promise.resolve({ program, words, cwd: folder });
  });
}
