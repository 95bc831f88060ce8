import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { execa } from "execa";
import { actionlint, gitlabCiLocal } from "../../dev/setup/pipelineTools.mjs";

const PIPELINES = fileURLToPath(new URL("../../pipelines/", import.meta.url));

/** A change that breaks a good pipeline, and what its linter must report. */
interface Fault {
  readonly what: string;
  readonly from: string;
  readonly to: string;
  readonly says: RegExp;
}

interface Linter {
  readonly platform: string;
  readonly file: string;
  /** Where the platform looks for it. */
  readonly place: string;
  readonly command: (folder: string) => Promise<readonly string[]>;
  readonly faults: readonly Fault[];
}

const LINTERS: readonly Linter[] = [
  {
    platform: "GitHub Actions",
    file: "github-actions.yml",
    place: ".github/workflows/release.yml",
    command: async (folder) => [
      await actionlint(),
      ...["-no-color", "-shellcheck=", "-pyflakes=", join(folder, ".github/workflows/release.yml")],
    ],
    faults: [
      {
        what: "a key that there is not",
        from: "timeout-minutes: 120",
        to: "timeout-minuets: 120",
        says: /unexpected key "timeout-minuets" for "job" section/,
      },
      {
        what: "an expression that can't be read",
        from: "needs.release.outputs.waits == 'true'",
        to: 'needs.release.outputs.waits == "true"',
        says: /got unexpected character '"' while lexing expression/,
      },
      {
        what: "an output of a job that it does not need",
        from: "needs.release.outputs.waits",
        to: "needs.build.outputs.waits",
        says: /property "build" is not defined/,
      },
      {
        what: "a job that there is not",
        from: "needs: build",
        to: "needs: builds",
        says: /needs job "builds" which does not exist/,
      },
    ],
  },
  {
    platform: "GitLab CI",
    file: "gitlab-ci.yml",
    place: ".gitlab-ci.yml",
    command: async () => [await gitlabCiLocal(), "--list"],
    faults: [
      {
        what: "a key that there is not",
        from: "allow_failure:\n    exit_codes",
        to: "allow_failures:\n    exit_codes",
        says: /'allow_failures' property is not expected to be here at release/,
      },
      {
        what: "a value that a key can't have",
        from: "interruptible: false",
        to: "interruptible: perhaps",
        says: /'interruptible' property type must be boolean/,
      },
      {
        what: "a stage that there is not",
        from: "stage: promote",
        to: "stage: promotion",
        says: /stage:promotion not found for promote/,
      },
      {
        what: "a job that there is not",
        from: "needs: [test]",
        to: "needs: [tests]",
        says: /needs: \[tests\] for promote could not be found/,
      },
      {
        what: "a template that there is not",
        from: "extends: .stack\n  stage: promote",
        to: "extends: .stacks\n  stage: promote",
        says: /\.stacks is unspecified/,
      },
    ],
  },
];

describe("the pipelines", function () {
  this.timeout(10 * 60_000);
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "blue-green-lint-"));
    // A linter that can also run pipelines needs to know the event.
    const identity = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com"];
    await execa("git", ["init", "--quiet", "--initial-branch", "main", folder]);
    await execa("git", [...identity, "commit", "--allow-empty", "-m", "Begin"], { cwd: folder });
    await execa("git", ["remote", "add", "origin", "https://gitlab.com/acme/shop.git"], {
      cwd: folder,
    });
  });
  after(() => rm(folder, { recursive: true }));

  for (const { platform, file, place, command, faults } of LINTERS) {
    async function lint(text: string) {
      await mkdir(dirname(join(folder, place)), { recursive: true });
      await writeFile(join(folder, place), text);
      const [program = "", ...args] = await command(folder);
      const { exitCode, all } = await execa(program, args, {
        cwd: folder,
        all: true,
        reject: false,
      });
      return { isGood: exitCode === 0, says: all };
    }

    describe(`for ${platform}`, () => {
      it("passes its linter", async () => {
        const { isGood, says } = await lint(await readFile(join(PIPELINES, file), "utf8"));
        expect(isGood, says).to.equal(true);
      });

      for (const { what, from, to, says: expected } of faults) {
        it(`fails its linter for ${what}`, async () => {
          const text = await readFile(join(PIPELINES, file), "utf8");
          expect(text).to.include(from);
          const { isGood, says } = await lint(text.replace(from, to));
          expect(isGood).to.equal(false);
          expect(says).to.match(expected);
        });
      }
    });
  }
});
