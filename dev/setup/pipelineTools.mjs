import { dirname, join } from "node:path";
import { debianProgram } from "./debianProgram.mjs";
import { goProgram } from "./goProgram.mjs";
import { npmProgram } from "./npmProgram.mjs";
import { ROOT } from "./places.mjs";

/** GitHub's workflows: their linter. */
export const actionlint = () =>
  goProgram({
    name: "actionlint",
    source: join(ROOT, "dev", "builds", "actionlint"),
    path: "github.com/rhysd/actionlint/cmd/actionlint",
  });

/** GitHub's workflows: a runner. */
export const act = () =>
  goProgram({
    name: "act",
    source: join(ROOT, "dev", "builds", "act"),
    path: "github.com/nektos/act",
  });

/** Signs images, and checks signatures. */
export const cosign = () =>
  goProgram({
    name: "cosign",
    source: join(ROOT, "dev", "builds", "cosign"),
    path: "github.com/sigstore/cosign/v2/cmd/cosign",
  });

/** GitLab's pipelines: their linter, by GitLab's own schema, and a runner, which needs rsync. */
export const gitlabCiLocal = () =>
  npmProgram({ name: "gitlab-ci-local", source: join(ROOT, "dev", "builds", "gitlab-ci-local") });

/** Copies checkouts for gitlab-ci-local. */
export const rsync = () => debianProgram("rsync", ["--version"], "rsync");

/** Runs Groovy, and so the linter of Jenkinsfiles. */
export const java = () => debianProgram("java", ["-version"], "default-jre-headless");

/** Jenkinsfiles: their linter, which needs Java and brings Groovy. */
export async function npmGroovyLint() {
  await java();
  return npmProgram({
    name: "npm-groovy-lint",
    source: join(ROOT, "dev", "builds", "npm-groovy-lint"),
  });
}

/** Groovy itself, as Java's class path. */
export async function groovyLibraries() {
  const modules = dirname(dirname(await npmGroovyLint()));
  return join(modules, "npm-groovy-lint", "lib", "java", "groovy", "lib", "*");
}

/**
 * All of them, which only the tests of pipelines/ need: these bring what they use themselves.
 * @type {import("./steps.mjs").Step}
 */
export const pipelineTools = {
  name: "pipelines",
  title: "linters and runners of pipelines",
  scope: () => "",
  // Each of them looks for itself whether it is there.
  isDone: () => Promise.resolve(false),

  async bring() {
    for (const tool of [actionlint, act, gitlabCiLocal, rsync, npmGroovyLint]) await tool();
    return "linters and runners of pipelines";
  },
};
