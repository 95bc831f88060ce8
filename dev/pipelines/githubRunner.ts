import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { act } from "../setup/pipelineTools.mjs";
import { LOGIN, type PipelineRepository } from "../../test/helpers/pipelineRepository.ts";
import { type Ran, runRunner } from "./pipelineRunner.ts";

export interface Run {
  readonly event: "push" | "pull_request" | "workflow_dispatch";
  /** One job with all that it needs; the whole workflow where it is left out. */
  readonly job?: string;
  /** Of the event, with the inputs of a dispatch. */
  readonly payload?: unknown;
  /** Beside those that the workflow's first lines name. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Of the runner itself. */
  readonly environment?: Readonly<Record<string, string>>;
  /** `localhost:8443`, where it is not github.com. */
  readonly server?: string;
  /** Kills the runner with all that it has started, by `kill -9`. */
  readonly kill?: AbortSignal;
}

/**
 * Runs the workflow of the repository as GitHub's runner does, on this machine: `act`, with a fresh
 * checkout for each job. Nobody is asked where an environment has reviewers. No secret is printed.
 */
export async function runWorkflow(repository: PipelineRepository, run: Run): Promise<Ran> {
  const { AWS_CA_BUNDLE, PULUMI_BACKEND_URL, ...stack } = repository.environment;
  const secrets = { REGISTRY_PASSWORD: LOGIN.password, ...stack, ...run.secrets };
  const variables = {
    STACK: repository.stack.name,
    IMAGE: repository.image,
    REGISTRY_USER: LOGIN.user,
    PULUMI_BACKEND_URL,
  };
  const environment = { AWS_CA_BUNDLE, ...run.environment };
  const ran = await runRunner(async (home) => ({
    program: await act(),
    words: await wordsFor(run, home, { variables, secrets, environment }),
    cwd: repository.folder,
    environment: { XDG_CONFIG_HOME: home, XDG_CACHE_HOME: join(home, "cache"), NO_COLOR: "1" },
    kill: run.kill,
  }));
  for (const secret of Object.values(secrets)) expect(ran.output).not.to.include(secret);
  return ran;
}

type Values = Readonly<Record<string, string | undefined>>;

interface Given {
  readonly variables: Values;
  readonly secrets: Values;
  readonly environment: Values;
}

async function wordsFor(
  { event, job, payload = {}, server }: Run,
  home: string,
  { variables, secrets, environment }: Given,
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

function lines(values: Values): string {
  return Object.entries(values)
    .map(([name, value]) => (value === undefined ? "" : `${name}=${value}\n`))
    .join("");
}
