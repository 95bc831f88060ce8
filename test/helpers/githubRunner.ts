import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { act } from "../../tools/setup/pipelineTools.mjs";
import type { PipelineRepository } from "./pipelineRepository.ts";
import { type Ran, runRunner } from "./pipelineRunner.ts";

export interface Run {
  readonly event: "push" | "pull_request" | "workflow_dispatch";
  /** One job with all that it needs; the whole workflow where it is left out. */
  readonly job?: string;
  /** Of the event, with the inputs of a dispatch. */
  readonly payload?: unknown;
  readonly variables: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  /** Of the runner itself. */
  readonly environment?: Readonly<Record<string, string>>;
  /** `localhost:8443`, where it is not github.com. */
  readonly server?: string;
}

/**
 * Runs a workflow of the repository as GitHub's runner does, on this machine: `act`, with a fresh
 * checkout for each job. Nobody is asked where an environment has reviewers.
 */
export function runWorkflow({ folder }: PipelineRepository, run: Run): Promise<Ran> {
  return runRunner(async (home) => ({
    program: await act(),
    words: await wordsFor(run, home),
    cwd: folder,
    environment: { XDG_CONFIG_HOME: home, XDG_CACHE_HOME: join(home, "cache"), NO_COLOR: "1" },
  }));
}

async function wordsFor(
  { event, job, payload = {}, variables, secrets, environment = {}, server }: Run,
  home: string,
): Promise<string[]> {
  const file = async (name: string, text: string) => {
    await writeFile(join(home, name), text, { mode: 0o600 });
    return join(home, name);
  };
  // Without a file of its own it asks for its settings at the terminal.
  await mkdir(join(home, "act"));
  await file("act/actrc", "-P ubuntu-latest=-self-hosted\n");
  return [
    ...[event, "--pull=false", "--no-cache-server", "--rm"],
    ...(job === undefined ? [] : ["--job", job]),
    ...["--eventpath", await file("event.json", JSON.stringify(payload))],
    ...["--var-file", await file("variables", lines(variables))],
    ...["--secret-file", await file("secrets", lines(secrets))],
    ...["--env-file", await file("environment", lines(environment))],
    ...(server === undefined ? [] : ["--github-instance", server]),
  ];
}

function lines(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}
