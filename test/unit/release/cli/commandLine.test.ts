import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { execa } from "execa";

const PROGRAM = fileURLToPath(new URL("../../../../release/bluegreen.mjs", import.meta.url));
const PROJECT = fileURLToPath(new URL("../../../../Pulumi.yaml", import.meta.url));

describe("the command line of bluegreen", function () {
  this.timeout(60_000);
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "blue-green-cli-"));
    await cp(PROJECT, join(folder, "Pulumi.yaml"));
    await writeFile(join(folder, "Pulumi.prod.yaml"), "config:\n  blue-green:activeColor: blue\n");
  });
  after(() => rm(folder, { recursive: true }));

  async function run(...args: readonly string[]) {
    const env = { NO_COLOR: "1", PULUMI_STACK: "", PULUMI_BACKEND_URL: "" };
    const options = { cwd: folder, env, all: true, reject: false, stdin: "ignore" } as const;
    const { exitCode, all } = await execa(process.execPath, [PROGRAM, ...args], options);
    return { code: exitCode, output: all };
  }

  it("tells all commands, and of each its options with an example", async () => {
    const { code, output } = await run("--help");
    expect(code).to.equal(0);
    for (const command of [
      "status",
      "release",
      "promote",
      "abort",
      "resume",
      "rollback",
      "retire",
      "refresh-config",
    ]) {
      expect(output).to.include(`bluegreen ${command}`);
    }
    const release = await run("release", "--help");
    expect(release.output).to.include("bluegreen release --image registry.example.com/app:1.4.3");
  });

  it("has an exit code of its own for what is not right in it", async () => {
    expect(await run()).to.include({ code: 2 });
    expect(await run("relase")).to.include({ code: 2 });
    expect(await run("release", "--stack", "prod")).to.include({ code: 2 });
    expect((await run("status", "--stak", "x")).output).to.include("Unknown argument: stak");
  });

  it("says what it needs to know", async () => {
    expect(await run("history")).to.include({ code: 1 });
    expect((await run("history")).output).to.include("--stack NAME, or export PULUMI_STACK");
    const { output } = await run("history", "--stack", "test");
    expect(output).to.include("There is no Pulumi.test.yaml here");
  });

  it("answers from the store without asking Pulumi", async () => {
    expect(await run("lock", "show", "--stack", "prod")).to.deep.equal({ code: 0, output: "free" });
    expect((await run("history", "--stack", "prod")).output).to.include("No release yet");
    const { code, output } = await run("abort", "--stack", "prod", "--yes");
    expect(output).to.include("No release is under way");
    expect(code).to.equal(1);
  });

  it("prints a script that completes its words", async () => {
    const { output } = await run("completion");
    expect(output).to.include("bluegreen");
    expect(output).to.include("--get-yargs-completions");
    const words = await run("--get-yargs-completions", "bluegreen", "ro");
    expect(words.output.split("\n").some((word) => word.startsWith("rollback"))).to.equal(true);
  });
});
