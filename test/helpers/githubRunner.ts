import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { act } from "../../tools/setup/pipelineTools.mjs";
import type { PipelineRepository } from "./pipelineRepository.ts";

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
export async function runWorkflow(
  { folder }: PipelineRepository,
  { event, job, payload = {}, variables, secrets, environment = {}, server }: Run,
): Promise<{ readonly code: number; readonly output: string }> {
  const home = await mkdtemp(join(tmpdir(), "blue-green-act-"));
  const file = async (name: string, text: string) => {
    await writeFile(join(home, name), text, { mode: 0o600 });
    return join(home, name);
  };
  try {
    // Without a file of its own it asks for its settings at the terminal.
    await mkdir(join(home, "act"));
    await file("act/actrc", "-P ubuntu-latest=-self-hosted\n");
    const lines = (values: Readonly<Record<string, string>>) =>
      Object.entries(values)
        .map(([name, value]) => `${name}=${value}\n`)
        .join("");
    const words = [
      ...[event, "--pull=false", "--no-cache-server", "--rm"],
      ...(job === undefined ? [] : ["--job", job]),
      ...["--eventpath", await file("event.json", JSON.stringify(payload))],
      ...["--var-file", await file("variables", lines(variables))],
      ...["--secret-file", await file("secrets", lines(secrets))],
      ...["--env-file", await file("environment", lines(environment))],
      ...(server === undefined ? [] : ["--github-instance", server]),
    ];
    const { exitCode, all } = await execa(await act(), words, {
      cwd: folder,
      env: { XDG_CONFIG_HOME: home, XDG_CACHE_HOME: join(home, "cache"), NO_COLOR: "1" },
      all: true,
      reject: false,
      stdin: "ignore",
    });
    return { code: exitCode ?? -1, output: all };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
