import { expect } from "chai";
import { execa } from "execa";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT, cliPath } from "../../tools/setup/places.mjs";

/** Every script appends to one journal, so that a test sees what ran and in which order. */
const PROGRAM = `
import * as pulumi from "@pulumi/pulumi";
import { local } from "@pulumi/command";
const config = new pulumi.Config();
const journal = config.require("journal");
const first = new local.Command("first", {
  create: \`echo create >> \${journal}; cat\`,
  update: \`echo update >> \${journal}; printf %s "$PULUMI_COMMAND_STDOUT"; \${config.get("then") ?? ":"}\`,
  delete: \`echo delete >> \${journal}\`,
  stdin: config.requireSecret("word"),
  environment: { EDITION: config.get("edition") ?? "1" },
  triggers: [config.get("trigger") ?? "a"],
  logging: "none",
}, { additionalSecretOutputs: ["stdout"] });
const second = new local.Command("second", { create: pulumi.interpolate\`printf 'got %s' \${first.stdout}\` });
export const got = second.stdout;
`;

// Whichever plugin is installed, the official one or our stand-in, must behave like this.
describe("the command plugin", () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "blue-green-command-"));
    await mkdir(join(folder, "state"));
    await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
    const options = { typescript: false, nodeargs: "--import tsx" };
    const project = { name: "command", runtime: { name: "nodejs", options }, main: "index.ts" };
    await writeFile(join(folder, "Pulumi.yaml"), JSON.stringify(project));
    await writeFile(join(folder, "package.json"), '{"type": "module"}');
    await writeFile(join(folder, "index.ts"), PROGRAM);
    await pulumi("stack", "init", "test");
    await set("journal", join(folder, "journal"));
    await pulumi("config", "set", "--secret", "word", "hidden-word");
  });

  after(async () => {
    await pulumi("destroy", "--yes", "--skip-preview").finally(() =>
      rm(folder, { recursive: true }),
    );
  });

  async function pulumi(...args: string[]) {
    return await execa(cliPath(), [...args, "--non-interactive"], {
      cwd: folder,
      env: {
        PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
        PULUMI_CONFIG_PASSPHRASE: "test",
        PULUMI_SKIP_UPDATE_CHECK: "true",
      },
      reject: false,
      all: true,
      timeout: 120_000,
    });
  }

  const set = (key: string, value: string) => pulumi("config", "set", key, value);
  const up = () => pulumi("up", "--yes", "--skip-preview");
  const journal = () => readFile(join(folder, "journal"), "utf8").catch(() => "");
  const got = async () => (await pulumi("stack", "output", "got", "--show-secrets")).stdout.trim();

  it("runs nothing in a preview, and shows what depends on a script as unknown", async () => {
    const preview = await pulumi("preview", "--diff");
    expect(preview.exitCode, preview.all).to.equal(0);
    expect(preview.all).to.match(/got\s*:.*\[(unknown|secret)\]|output<string>/);
    expect(await journal()).to.equal("");
  });

  it("creates, hands secret input to the script, and keeps it secret in the state", async () => {
    const created = await up();
    expect(created.exitCode, created.all).to.equal(0);
    expect(await got()).to.equal("got hidden-word");
    const { stdout } = await pulumi("stack", "export");
    expect(stdout).not.to.contain('"hidden-word"');
    expect(stdout).to.contain('"ciphertext"');
  });

  it("runs nothing when nothing has changed", async () => {
    const unchanged = await up();
    expect(unchanged.all).to.match(/3 unchanged/);
    expect(await journal()).to.equal("create\n");
  });

  it("updates in place, with the last output at hand", async () => {
    await set("edition", "2");
    const updated = await up();
    expect(updated.exitCode, updated.all).to.equal(0);
    expect(await journal()).to.equal("create\nupdate\n");
    expect(await got()).to.equal("got hidden-word");
  });

  it("keeps the old state when a script fails, and tells its output", async () => {
    await set("then", "echo no such luck; exit 7");
    const failed = await up();
    expect(failed.exitCode).not.to.equal(0);
    expect(failed.all).to.match(/exit status 7: running ".*":[^]*no such luck/);
    await pulumi("config", "rm", "then");
    expect((await up()).all).to.match(/3 unchanged/);
  });

  it("replaces when a trigger changes, creating before it deletes", async () => {
    await writeFile(join(folder, "journal"), "");
    await set("trigger", "b");
    const replaced = await up();
    expect(replaced.exitCode, replaced.all).to.equal(0);
    expect(await journal()).to.equal("create\ndelete\n");
  });
});
