import { expect } from "chai";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PluginStack } from "../helpers/pluginStack.ts";

/** Every script appends to one journal, which shows what ran and in which order. */
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

// Holds for the official plugin and for our stand-in, whichever is installed.
describe("the command plugin", () => {
  let stack: PluginStack;

  before(async () => {
    stack = await PluginStack.create(PROGRAM);
    await stack.set("journal", join(stack.folder, "journal"));
    await stack.setSecret("word", "hidden-word");
  });

  after(() => stack.remove());

  const up = () => stack.up();
  const journal = () => readFile(join(stack.folder, "journal"), "utf8").catch(() => "");
  const got = () => stack.output("got");

  it("runs nothing in a preview, and shows what depends on a script as unknown", async () => {
    const preview = await stack.pulumi("preview", "--diff");
    expect(preview.exitCode, preview.all).to.equal(0);
    expect(preview.all).to.match(/got\s*:.*\[(unknown|secret)\]|output<string>/);
    expect(await journal()).to.equal("");
  });

  it("creates, passes secret input to the script, and keeps it secret in the state", async () => {
    const created = await up();
    expect(created.exitCode, created.all).to.equal(0);
    expect(await got()).to.equal("got hidden-word");
    const state = await stack.state();
    expect(state).not.to.contain('"hidden-word"');
    expect(state).to.contain('"ciphertext"');
  });

  it("runs nothing when nothing has changed", async () => {
    const unchanged = await up();
    expect(unchanged.all).to.match(/3 unchanged/);
    expect(await journal()).to.equal("create\n");
  });

  it("updates in place and passes the last output to the script", async () => {
    await stack.set("edition", "2");
    const updated = await up();
    expect(updated.exitCode, updated.all).to.equal(0);
    expect(await journal()).to.equal("create\nupdate\n");
    expect(await got()).to.equal("got hidden-word");
  });

  it("keeps the old state when a script fails, and reports its output", async () => {
    await stack.set("then", "echo no such luck; exit 7");
    const failed = await up();
    expect(failed.exitCode).not.to.equal(0);
    expect(failed.all).to.match(/exit status 7: running ".*":[^]*no such luck/);
    await stack.unset("then");
    expect((await up()).all).to.match(/3 unchanged/);
  });

  it("replaces when a trigger changes, creating before it deletes", async () => {
    await writeFile(join(stack.folder, "journal"), "");
    await stack.set("trigger", "b");
    const replaced = await up();
    expect(replaced.exitCode, replaced.all).to.equal(0);
    expect(await journal()).to.equal("create\ndelete\n");
  });
});
