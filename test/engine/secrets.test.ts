import { expect } from "chai";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { allSettings, pathText, settingAt } from "../../settings/catalog.ts";
import { bluegreen } from "../helpers/bluegreen.ts";
import { watchCommandLines } from "../helpers/commandLines.ts";
import { buildApp } from "../helpers/images.ts";
import { expectSilence, SecretStack, SECRETS } from "../helpers/secretStack.ts";
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

  it("is not printed when the live color keeps what it was deployed with", async () => {
    await config("rm", "allowLiveChange");
    const { ok, output } = await stack.up();
    expect(ok, output).to.equal(true);
    expect(output).to.contain("blue keeps app.env.TOKEN until");
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

describe("a dotenv file", () => {
  let stack: TestStack;
  const KEY = "-----BEGIN KEY-----\nhunter2\n-----END KEY-----\n";

  before(async () => {
    stack = await TestStack.create({
      activeColor: "blue",
      blue: { image: "app:v1" },
      app: { env: { LEVEL: "info", KEPT: "yes" } },
    });
    const text = `LEVEL=debug\nKEY="${KEY}"\nPHONE=+33612345678\nZIP=01234\nON=true\nEMPTY=\n`;
    await writeFile(join(stack.folder, "my.env"), text);
  });
  after(() => stack.remove());

  const variable = async (path: string) => {
    const get = ["config", "get", "--path", path, "--stack", stack.name];
    return (await stack.pulumi(get)).output;
  };
  const stackFile = () => readFile(join(stack.folder, `Pulumi.${stack.name}.yaml`), "utf8");

  it("sets the app's variables as they are, encrypted, and shows no value", async () => {
    const before = await stackFile();
    const dry = await bluegreen(stack, "env", "set", "--file", "my.env", "--secret", "--dry-run");
    expect(dry.code, dry.output).to.equal(0);
    expect(dry.output).to.include("app.env.LEVEL (changed, secret)\napp.env.KEY (new, secret)");
    expect(await stackFile()).to.equal(before);
    const lines = watchCommandLines();
    const set = await bluegreen(stack, "env", "set", "--file", "my.env", "--secret");
    const seen = await lines.stop();
    expect(set.code, set.output).to.equal(0);
    expect(await variable("app.env.KEY")).to.equal(KEY);
    expect(await variable("app.env.KEPT")).to.equal("yes");
    expect(await variable("app.env.EMPTY")).to.equal("");
    expect(set.output + seen + (await stackFile())).not.to.match(/hunter2|0612345678/);
    const again = await bluegreen(stack, "env", "set", "--file", "my.env");
    expect(again.output).to.include("has all 6 variables in app.env already");
  });

  it("sets those of one color in plain text, without making numbers of them", async () => {
    const set = await bluegreen(stack, "env", "set", "--file", "my.env", "--color", "blue");
    expect(set.code, set.output).to.equal(0);
    for (const [name, value] of Object.entries({ PHONE: "+33612345678", ZIP: "01234", KEY })) {
      expect(await variable(`blue.env.${name}`)).to.equal(value);
    }
  });
});

/** Shown by Docker or Git anyway, or of a fixed form; or, for a color, like the same of `app`. */
const OPEN = [
  ...["blue.image", "blue.size", "blue.app", "green", "edge.size", "edge.haproxy"],
  ...["app.user", "app.volumes", "app.writablePaths", "edge.packageDate", "cosignKey"],
  ...["services[*].image", "services[*].volume"],
  ...["release.windows", "release.store", "release.steps"],
];

describe("secrets in every setting", () => {
  let secrets: SecretStack;

  before(async () => {
    secrets = await SecretStack.create();
  });
  after(() => secrets.remove());

  it("covers every setting of this machine that takes any text", () => {
    const texts = allSettings()
      .filter(([, { kind, isChoice }]) => kind === "value" && isChoice !== true)
      .filter(([, { about }]) => !/^\d|true or false/.test(about.form ?? ""))
      .filter(([[key = ""]]) => settingAt([key])?.about.targets === undefined)
      .map(([path]) => pathText(path))
      .filter((path) => !OPEN.some((open) => path.startsWith(open)));
    const known = Object.keys(SECRETS).map((path) => path.replaceAll(".*", "[*]"));
    expect(texts.sort()).to.deep.equal(known.sort());
  });

  it("are not shown by an up whose gate fails, or by its preview", async () => {
    const lines = watchCommandLines();
    const { ok, output } = await secrets.stack.up();
    const seen = await lines.stop();
    expect(ok, output).to.equal(false);
    expect(output).to.include('check GET [secret]: expected a body containing "[secret]"');
    expectSilence(output);
    expectSilence(seen, true);
  });

  it("are not in outputs, a preview, the state, its backups or a temporary file", async () => {
    const { stack } = secrets;
    await secrets.bringUp();
    expectSilence(JSON.stringify(await stack.outputs()));
    const set = ["config", "set", "--secret", "--path", "smoke[0].headers.SECRET", "hunter2-next"];
    expect((await stack.pulumi([...set, "--stack", stack.name])).ok).to.equal(true);
    const { ok, output } = await stack.pulumi(["preview", "--diff", "--stack", stack.name]);
    expect(ok, output).to.equal(true);
    expectSilence(output);
    await secrets.expectSilentFiles();
  });
});
