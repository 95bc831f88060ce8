import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { execa } from "execa";
import { npmGroovyLint } from "../../../dev/setup/pipelineTools.mjs";
import { readJenkinsfile } from "../../../dev/pipelines/jenkinsRunner.ts";

const JENKINSFILE = fileURLToPath(new URL("../../../pipelines/Jenkinsfile", import.meta.url));

describe("the Jenkinsfile", () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "blue-green-jenkinsfile-"));
  });
  after(() => rm(folder, { recursive: true }));

  async function changed(from: string, to: string): Promise<string> {
    const text = await readFile(JENKINSFILE, "utf8");
    expect(text).to.include(from);
    const file = join(folder, "Jenkinsfile");
    await writeFile(file, text.replace(from, to));
    return file;
  }

  async function lint() {
    const words = ["--noserver", "--failon", "warning", "--path", folder, "--files", "Jenkinsfile"];
    const options = { all: true, reject: false, cwd: folder } as const;
    const { exitCode, all } = await execa(await npmGroovyLint(), words, options);
    return { isGood: exitCode === 0, says: all };
  }

  it("has no warnings from CodeNarc", async () => {
    await changed("pipeline {", "pipeline {");
    const { isGood, says } = await lint();
    expect(isGood, says).to.equal(true);
  });

  it("fails CodeNarc with a syntax error", async () => {
    await changed("label 'docker' }", "label 'docker'");
    const { isGood, says } = await lint();
    expect(isGood).to.equal(false);
    expect(says).to.include("NglParseError");
  });

  it("has only sections that Jenkins allows, in the right places", async () => {
    const { code, output } = await readJenkinsfile(JENKINSFILE);
    expect(code, output).to.equal(0);
  });

  const faults = [
    ["an unknown section", "stages {", "stagess {", "pipeline: there is no stagess in it"],
    ["an unknown condition", "changeRequest()", "mergeRequest()", "no mergeRequest in it"],
    ["a stage without steps", "steps {", "step {", "stage: there is no step in it"],
    ["an unknown post condition", "aborted {", "rejected {", "post: there is no rejected in it"],
  ] as const;
  for (const [what, from, to, says] of faults) {
    it(`fails CodeNarc for ${what}`, async () => {
      const { code, output } = await readJenkinsfile(await changed(from, to));
      expect(code).to.equal(1);
      expect(output).to.include(says);
    });
  }
});
