import { expect } from "chai";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { watchCommandLines } from "../helpers/commandLines.ts";
import { buildApp } from "../helpers/images.ts";
import { TestStack, docker } from "../helpers/testStack.ts";

const SECRET = "hunter2-secret";
const NEXT_SECRET = "hunter2-another";

describe("a secret in a color's environment", () => {
  let stack: TestStack;

  before(async () => {
    stack = await TestStack.create({
      activeColor: "blue",
      blue: { image: await buildApp("v1"), count: 1, env: { FAIL_START: "1" } },
      health: { timeoutSeconds: 10, intervalSeconds: 1 },
    });
    await config("set", "--secret", "--path", "blue.env.TOKEN", SECRET);
  });
  after(() => stack.remove());

  /** As a user sets it: the harness would write the stack file without the secret. */
  async function config(...args: string[]): Promise<void> {
    const { ok, output } = await stack.pulumi(["config", ...args, "--stack", stack.name]);
    expect(ok, output).to.equal(true);
  }

  function expectSilence(text: string): void {
    // Only the lines with the secret: the other command lines of this machine are not the test's
    // concern.
    const telling = text.split("\n").filter((line) => /hunter2/.test(line));
    expect(telling).to.deep.equal([]);
  }

  it("is not printed by an up whose container fails", async () => {
    const { ok, output } = await stack.up();
    expect(ok, output).to.equal(false);
    expect(output).to.contain("FAIL_START is set");
    expectSilence(output);
  });

  it("reaches the app without appearing on a command line", async () => {
    await config("rm", "--path", "blue.env.FAIL_START");
    const lines = watchCommandLines();
    const { ok, output } = await stack.up();
    const seen = await lines.stop();
    expect(ok, output).to.equal(true);
    expectSilence(output);
    const container = stack.container("blue", 1);
    const env = await docker("inspect", "--format", "{{json .Config.Env}}", container);
    expect(JSON.parse(env)).to.include(`TOKEN=${SECRET}`);
    expectSilence(seen);
    if (process.platform === "linux") {
      expect(seen.includes(`--name ${container} `), "docker run was seen").to.equal(true);
    }
  });

  it("is not printed in outputs or a preview of its change", async () => {
    expectSilence(JSON.stringify(await stack.outputs()));
    await config("set", "allowLiveChange", "true");
    await config("set", "--secret", "--path", "blue.env.TOKEN", NEXT_SECRET);
    const { ok, output } = await stack.pulumi(["preview", "--diff", "--stack", stack.name]);
    expect(ok, output).to.equal(true);
    expect(output).to.contain("blue-1").and.to.contain("stdin");
    expectSilence(output);
  });

  it("is not printed when the frozen rule refuses its change", async () => {
    await config("rm", "allowLiveChange");
    const { ok, output } = await stack.up("--skip-preview");
    expect(ok, output).to.equal(false);
    expect(output).to.contain("may not change blue.env or app.env");
    expectSilence(output);
  });

  it("is not stored in plain text in the state", async () => {
    const files = await readdir(join(stack.folder, ".pulumi"), {
      recursive: true,
      withFileTypes: true,
    });
    const paths = files
      .filter((file) => file.isFile())
      .map((file) => join(file.parentPath, file.name));
    const texts = await Promise.all(paths.map((path) => readFile(path, "utf8")));
    expect(texts.join("")).to.contain(stack.container("blue", 1)).and.to.contain("ciphertext");
    texts.forEach(expectSilence);
    expectSilence(await readFile(join(stack.folder, `Pulumi.${stack.name}.yaml`), "utf8"));
  });
});
