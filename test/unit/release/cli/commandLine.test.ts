import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { execa } from "execa";

const PROGRAM = fileURLToPath(new URL("../../../../release/bluegreen.mjs", import.meta.url));
const MANIFEST = fileURLToPath(new URL("../../../../package.json", import.meta.url));
const PROJECT = fileURLToPath(new URL("../../../../Pulumi.yaml", import.meta.url));

const COMMANDS = [
  "status",
  "release",
  "promote",
  "abort",
  "resume",
  "rollback",
  "switch",
  "retire",
  "env",
  "refresh-config",
  "history",
  "doctor",
  "logs",
  "exec",
  "run",
  "lock",
];

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

  it("lists all commands, and shows each with its options and an example", async () => {
    const { code, output } = await run("--help");
    expect(code).to.equal(0);
    const helps = await Promise.all(COMMANDS.map((command) => run(command, "--help")));
    for (const [at, command] of COMMANDS.entries()) {
      expect(output).to.include(`bluegreen ${command}`);
      const example = new RegExp(`Examples:\\s+bluegreen ${command} .*--stack prod`);
      expect(helps[at]?.output).to.match(example);
    }
  });

  it("prints its version", async () => {
    const { version } = JSON.parse(await readFile(MANIFEST, "utf8")) as { version: string };
    expect(await run("--version")).to.deep.equal({ code: 0, output: version });
  });

  it("has its own exit code for a usage error", async () => {
    expect(await run()).to.include({ code: 2 });
    expect(await run("relase")).to.include({ code: 2 });
    expect(await run("switch", "--stack", "prod")).to.include({ code: 2 });
    expect((await run("status", "--stak", "x")).output).to.include("Unknown argument: stak");
    const noColor = await run("--stack", "prod", "switch");
    expect(noColor.output).to.include("got 0, need at least 1");
  });

  it("reports missing arguments", async () => {
    expect(await run("history")).to.include({ code: 1 });
    expect((await run("history")).output).to.include("--stack NAME, or export PULUMI_STACK");
    const { output } = await run("history", "--stack", "test");
    expect(output).to.include("There is no Pulumi.test.yaml here");
  });

  it("answers from the store without the Pulumi CLI", async () => {
    expect(await run("lock", "show", "--stack", "prod")).to.deep.equal({ code: 0, output: "free" });
    expect((await run("history", "--stack", "prod")).output).to.include("No release yet");
    const { code, output } = await run("abort", "--stack", "prod", "--yes");
    expect(output).to.include("No release is in progress");
    expect(code).to.equal(1);
  });

  it("holds the lock for a person, with a reason and for a time", async () => {
    const mistake = await run("lock", "hold", "--stack", "prod");
    expect(mistake.output).to.include("--reason: must say why");
    const late = await run("lock", "hold", "--reason", "x", "--for", "soon", "--stack", "prod");
    expect(late.output).to.include('--for: must be minutes, hours or days, got "soon"');
    const hold = ["lock", "hold", "--reason", "maintenance", "--for", "2h", "--stack", "prod"];
    expect((await run(...hold)).code).to.equal(0);
    const shown = await run("lock", "show", "--stack", "prod");
    expect(shown.output).to.match(/^held by .* until \S+Z: maintenance$/);
    expect((await run(...hold)).code).to.equal(6);
    expect((await run("lock", "release", "--yes", "--stack", "prod")).code).to.equal(0);
    expect((await run("lock", "show", "--stack", "prod")).output).to.equal("free");
  });

  it("has no rollback that is at once fast and undone", async () => {
    const { code, output } = await run("rollback", "--now", "--undo", "--stack", "prod");
    expect({ code, output: output.trim() }).to.deep.equal({
      code: 2,
      output: "--undo: can't be combined with --now.",
    });
  });

  it("reaches either a service or the app", async () => {
    for (const command of ["logs", "exec"]) {
      const words = [command, "--service", "db", "--process", "web", "--stack", "prod", "--", "id"];
      expect(await run(...words)).to.deep.include({
        code: 2,
        output: "\n--service: can't be combined with --process.",
      });
    }
    expect((await run("exec", "--help")).output).to.include(
      "exec --service db --stack prod -- psql",
    );
  });

  it("suggests the command that was meant", async () => {
    const { code, output } = await run("rollbak", "--stack", "prod");
    expect(code).to.equal(2);
    expect(output).to.include("Did you mean rollback?");
  });

  it("names the mistake in a stack file that is not valid YAML", async () => {
    await writeFile(join(folder, "Pulumi.bad.yaml"), "config:\n  a: [1\n  b: 2\n");
    const { code, output } = await run("status", "--stack", "bad");
    expect(code).to.equal(1);
    expect(output.trim()).to.match(
      /^\S+Pulumi\.bad\.yaml is not valid YAML: .*\. Correct it there\.$/,
    );
    const { output: json } = await run("status", "--stack", "bad", "--json");
    expect(JSON.parse(json)).to.have.all.keys("at", "event", "text");
  });

  it("has the exit code of a usage error for mistakes in its flags' values", async () => {
    const release = ["release", "--image", "app:v2", "--stack", "prod", "--override"];
    for (const override of ["freeze", "freeze=", "fridge=x"]) {
      const { code, output } = await run(...release, override);
      expect({ code, output }).to.deep.include({ code: 2 });
      expect(output).to.include("--override: must be CHECK=REASON");
    }
    expect(await run("lock", "hold", "--for", "2h", "--stack", "prod")).to.include({ code: 2 });
  });

  it("prints JSON for every command and mistake, each line with its time and kind", async () => {
    const calls = [
      ["lock", "show"],
      ["lock", "release", "--yes"],
      ["lock", "hold", "--reason", "x", "--for", "soon"],
      ["history"],
      ["history", "no-such"],
      ["abort", "--yes"],
      ["relase"],
      ["release"],
      ["release", "--image", "app:v2", "--override", "x"],
      ["status", "--stak", "x"],
    ];
    for (const call of calls) {
      const { output } = await run(...call, "--stack", "prod", "--json");
      for (const line of output.split("\n").filter(Boolean)) {
        expect(line, call.join(" ")).to.match(/^{"at":"\d{4}-.*Z","event":"\w+",/);
      }
    }
    expect((await run("lock", "show", "--stack", "prod", "--json")).output).to.include(
      '"event":"lock","place":',
    );
  });

  it("completes words where only npx finds it", async () => {
    const { output } = await run("completion");
    const npx = `npx() { shift 2; ${process.execPath} ${PROGRAM} "$@"; }`;
    const complete = "COMP_WORDS=(bluegreen rol) COMP_CWORD=1; _bluegreen_yargs_completions";
    const script = `${npx}\n${output}\n${complete}\necho "\${COMPREPLY[@]}"`;
    const { stdout } = await execa("bash", ["-c", script], { cwd: folder });
    expect(stdout).to.equal("rollback");
  });

  it("prints a completion script", async () => {
    const { output } = await run("completion");
    expect(output).to.include("bluegreen");
    expect(output).to.include("--get-yargs-completions");
    const words = await run("--get-yargs-completions", "bluegreen", "ro");
    expect(words.output.split("\n").some((word) => word.startsWith("rollback"))).to.equal(true);
  });
});
