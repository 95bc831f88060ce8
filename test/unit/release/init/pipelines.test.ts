import { access, readFile } from "node:fs/promises";
import { expect } from "chai";
import { load } from "js-yaml";
import { packageFile } from "../../../../lib/packageFolder.mjs";
import { PIPELINES } from "../../../../release/init/pipelines.ts";

async function adapted(name: keyof typeof PIPELINES, folder: string): Promise<string> {
  const { source, adapt } = PIPELINES[name];
  return adapt(await readFile(packageFile(`pipelines/${source}`), "utf8"), folder);
}

describe("a pipeline written by init", () => {
  for (const name of ["github", "gitlab", "jenkins"] as const) {
    it(`contains nothing that exists only in a checkout, for ${name}`, async () => {
      for (const folder of [".", "deploy"]) {
        const text = await adapted(name, folder);
        expect(text).not.to.match(/dev\/setup|\bapp\/|(?<!blue-green\/)\bpipelines\//);
        expect(text).to.include("npm ci");
        for (const [, script] of text.matchAll(
          /node_modules\/blue-green\/(\S+\.(?:sh|mjs|md))\b/g,
        )) {
          await access(packageFile(script ?? ""));
        }
      }
    });

    it(`builds the app in the repository's root, for ${name}`, async () => {
      expect(await adapted(name, ".")).to.include('docker build --tag "$IMAGE" .\n'.trimEnd());
      expect(await adapted(name, "deploy")).to.include('docker build --tag "$IMAGE" ..');
      expect(await adapted(name, "a/b")).to.include('docker build --tag "$IMAGE" ../..');
    });
  }

  it("installs the package in every job of GitHub, in its folder", async () => {
    const workflow = load(await adapted("github", "deploy")) as {
      defaults: unknown;
      jobs: Record<string, { steps: { readonly run?: string }[] }>;
    };
    expect(workflow.defaults).to.deep.equal({ run: { "working-directory": "deploy" } });
    for (const [job, { steps }] of Object.entries(workflow.jobs)) {
      expect(steps[1]?.run, job).to.equal("npm ci");
    }
  });

  it("installs the package in every job of GitLab, in its folder", async () => {
    const jobs = load(await adapted("gitlab", "deploy")) as Record<
      string,
      { readonly extends?: string; readonly script?: unknown; readonly before_script?: unknown }
    >;
    expect(jobs[".stack"]?.before_script).to.deep.equal(["cd deploy", "npm ci"]);
    const scripted = Object.entries(jobs).filter(([, { script }]) => script !== undefined);
    for (const [job, found] of scripted) expect(found.extends, job).to.match(/^\.(stack|by-hand)$/);
  });

  it("runs every step of Jenkins in its folder", async () => {
    const text = await adapted("jenkins", "deploy");
    const steps = text.split("\n").filter((line) => /^\s+sh '(?!'')/.test(line));
    expect(steps).to.have.length.of.at.least(8);
    for (const step of steps) expect(step).to.include("sh 'cd deploy && ");
    expect(text)
      .to.match(/sh '''\n +cd deploy\n/)
      .and.to.include("fileExists('deploy/waits')");
  });

  it("fails for a source pipeline that init can no longer adapt", () => {
    expect(() => PIPELINES.github.adapt("name: other\n", ".")).to.throw("has nothing like");
  });
});
