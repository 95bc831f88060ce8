import { access, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { execa } from "execa";
import { load } from "js-yaml";

const PIPELINES = fileURLToPath(new URL("../../../pipelines/", import.meta.url));

describe("a job's end after bluegreen", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "blue-green-ending-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Runs one of the pipelines' scripts where `npx bluegreen release` or `promote` ends with this code. */
  async function run(code: number, script: readonly string[], env: Record<string, string> = {}) {
    const npx = `#!/bin/sh\ncase $2 in refresh-config) exit 0 ;; esac\nexit ${code}\n`;
    await writeFile(join(folder, "npx"), npx, { mode: 0o755 });
    const [name = "", ...words] = script;
    const ran = await execa("sh", [join(PIPELINES, name), ...words], {
      cwd: folder,
      env: {
        PATH: `${folder}${delimiter}${process.env["PATH"] ?? ""}`,
        PULUMI_STACK: "prod",
        IMAGE: "app:2",
        ...env,
      },
      extendEnv: false,
      reject: false,
      all: true,
    });
    return { code: ran.exitCode, output: ran.all };
  }

  const summary = () => join(folder, "summary.md");
  const github = () => ({ GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: summary() });
  const scripts = [
    ["release.sh", "waits"],
    ["go-on.sh", "promote"],
  ];

  for (const script of scripts) {
    it(`warns of an undecided release on GitHub, in ${String(script[0])}`, async () => {
      const { code, output } = await run(9, script, github());
      expect(code).to.equal(0);
      expect(output).to.match(
        /^::warning title=All users have the new version.*::Look at the app/m,
      );
      expect(output).to.include("npx bluegreen rollback --now --stack prod");
      expect(await readFile(summary(), "utf8")).to.include("release.watchSeconds 1800");
    });

    it(`tells Jenkins of an undecided release by a file, in ${String(script[0])}`, async () => {
      expect(await run(9, script, { UNDECIDED: "undecided" })).to.include({ code: 0 });
      await access(join(folder, "undecided"));
    });

    it(`leaves the code of an undecided release to GitLab, in ${String(script[0])}`, async () => {
      const { code, output } = await run(9, script);
      expect(code).to.equal(9);
      expect(output).to.include("(exit code 9)").and.not.include("::");
    });

    it(`fails for another route than promised, in ${String(script[0])}`, async () => {
      const { code, output } = await run(8, script, github());
      expect(code).to.equal(8);
      expect(output).to.match(/^::error title=The balancer's route/m);
      expect(await readFile(summary(), "utf8")).to.include("npx bluegreen status --stack prod");
    });

    it(`adds nothing to other endings, in ${String(script[0])}`, async () => {
      for (const code of [0, 3, 4, 7]) {
        expect(await run(code, script, github())).to.deep.equal({ code, output: "" });
      }
      expect(await run(5, script, github())).to.include({ code: 0, output: "" });
    });
  }

  it("is allowed by GitLab's jobs that release", async () => {
    const text = await readFile(join(PIPELINES, "gitlab-ci.yml"), "utf8");
    const jobs = load(text) as Record<
      string,
      { allow_failure?: unknown; rules?: readonly object[] } | undefined
    >;
    expect(jobs["release"]?.allow_failure).to.deep.equal({ exit_codes: [5, 9] });
    expect(jobs["promote"]?.allow_failure).to.deep.equal({ exit_codes: 9 });
    // A rule's own word would take precedence.
    expect(jobs["promote"]?.rules?.[0]).not.to.have.property("allow_failure");
  });

  it("makes a build of Jenkins unstable, after all steps that may leave the file", async () => {
    const text = await readFile(join(PIPELINES, "Jenkinsfile"), "utf8");
    expect(text).to.include("UNDECIDED = 'undecided'").and.include("rm -f waits undecided");
    const last = text.slice(text.lastIndexOf("stage("));
    expect(last).to.match(/expression \{ fileExists\('undecided'\) \}[\s\S]*unstable\('All users/);
    expect(last).not.to.include("pipelines/");
  });
});
