import { expect } from "chai";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { allSettings, pathText, settingAt } from "../../settings/catalog.ts";
import { bluegreen } from "../helpers/bluegreen.ts";
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

/** Values marked by the name of their setting, for every setting that takes any text. */
const SECRETS: Readonly<Record<string, string>> = {
  "app.healthPath": "/health?hunter2-healthPath",
  "app.healthHost": "hunter2-host.example",
  "app.healthHeaders.*": "hunter2-health-header",
  "app.command[*]": "hunter2-command",
  "app.entrypoint[*]": "ENTRY=hunter2-entrypoint",
  "app.env.*": "hunter2-app-env",
  "blue.env.*": "hunter2-'blue' \"env\"",
  "processes.*.command[*]": "hunter2-process",
  "services.*.env.*": "hunter2-service-env",
  "services.*.command[*]": "hunter2-service-command",
  "services.*.healthCommand": "true hunter2-service-health",
  "smoke[*].path": "/?hunter2-smoke-path",
  "smoke[*].contains": "hunter2-contains",
  "smoke[*].json.*": "hunter2-json",
  "smoke[*].headers.*": "Basic hunter2-headers",
  "canary.header": "x-tester: hunter2-header",
  "canary.cookie": "tester=hunter2-cookie",
  "edge.colorHeader": "x-hunter2-color",
  "release.prometheus.url": "http://user:hunter2-url@127.0.0.1:1",
  "release.prometheus.requests": 'hunter2_requests{color="{{color}}"}',
  "release.prometheus.errors": 'hunter2_errors{color="{{color}}"}',
  "release.prometheus.latency": 'hunter2_latency{color="{{color}}"}',
  "release.probe.path": "/?hunter2-probe",
  "release.hooks.beforeDeploy.command": ": hunter2-beforeDeploy",
  "release.hooks.beforeSwitch.command": "exit 3 # hunter2-beforeSwitch",
  "release.hooks.afterSwitch.command": ": hunter2-afterSwitch",
  "release.hooks.onRollback.command": "exit 4 # hunter2-onRollback",
  "release.notify[*].webhook": "http://127.0.0.1:1/hunter2-webhook",
  "release.notify[*].slack": "http://127.0.0.1:1/hunter2-slack",
  "release.notify[*].command": "exit 5 # hunter2-notify",
};

/** What a program is started with is in the machine's process list for as long as it runs. */
const PROCESS_LIST =
  /hunter2-(command|process|service-command|service-health)|ENTRY=hunter2-entrypoint/g;

/** Shown by Docker or Git anyway, or of a fixed form; or, for a color, like the same of `app`. */
const OPEN = [
  ...["blue.image", "blue.size", "blue.app", "green", "edge.size", "edge.haproxy"],
  ...["app.user", "app.volumes", "app.writablePaths", "edge.packageDate", "cosignKey"],
  ...["services[*].image", "services[*].volume"],
  ...["release.windows", "release.store", "release.steps"],
];

const START = ["gunicorn", "app:app", "--name"];
/** The words before those that are secret. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  "app.command": START,
  "app.entrypoint": ["env"],
  "processes.one.command": ["python3", "-c", "import time; time.sleep(3600)"],
  "services.one.command": START,
};

describe("secrets in every setting", () => {
  let stack: TestStack;
  let temporary: string;

  before(async () => {
    temporary = await mkdtemp(join(tmpdir(), "blue-green-secrets-"));
    stack = await TestStack.create(
      {
        activeColor: "blue",
        blue: { image: await buildApp("v1"), count: 1 },
        // A canary needs hosts of the idle color.
        green: { image: await buildApp("v1"), count: 1 },
        app: { env: { SHUTDOWN_DELAY_SECONDS: "0" } },
        drainSeconds: 1,
        health: { timeoutSeconds: 3, intervalSeconds: 1 },
      },
      { TMPDIR: temporary },
    );
    const values = Object.entries(SECRETS).flatMap(([path, value]) => [
      "--secret",
      `${pathInFile(path)}=${value}`,
    ]);
    const plain = ["release.watchSeconds=0", "release.source=edge", "release.steps[0]=testers"];
    plain.push(`services.one.image=${await buildApp("v1")}`, "services.one.port=8000");
    for (const [path, words] of Object.entries(WORDS)) {
      plain.push(...words.map((word, at) => `${path}[${at}]=${word}`));
    }
    const more = plain.flatMap((one) => ["--plaintext", one]);
    const set = ["config", "set-all", "--path", ...values, ...more, "--stack", stack.name];
    const { ok, output } = await stack.pulumi(set);
    expect(ok, output).to.equal(true);
  });
  after(async () => {
    await stack?.remove();
    await rm(temporary, { recursive: true, force: true });
  });

  /** Each notification has one destination. */
  function pathInFile(path: string): string {
    const at = ["webhook", "slack", "command"].findIndex(
      (one) => path === `release.notify[*].${one}`,
    );
    const named = path.replace(/^(processes|services)\.\*/, "$1.one").replace(".*", ".SECRET");
    const words = WORDS[named.replace("[*]", "")]?.length;
    return named.replace("[*]", `[${words ?? Math.max(0, at)}]`);
  }

  function expectSilence(text: string): void {
    const telling = text.split("\n").filter((line) => line.includes("hunter2"));
    expect(telling.map((line) => line.slice(0, 2000))).to.deep.equal([]);
  }

  async function filesIn(folder: string): Promise<string> {
    const files = await readdir(folder, { recursive: true, withFileTypes: true });
    const paths = files
      .filter((file) => file.isFile())
      .map((file) => join(file.parentPath, file.name));
    return (await Promise.all(paths.map((path) => readFile(path, "utf8")))).join("\n");
  }

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
    const { ok, output } = await stack.up();
    const seen = await lines.stop();
    expect(ok, output).to.equal(false);
    expect(output).to.include('check GET [secret]: expected a body containing "[secret]"');
    expectSilence(output);
    expectSilence(seen.replaceAll(PROCESS_LIST, ""));
  });

  it("are not shown or stored by a release that fails", async () => {
    for (const check of ["smoke[0].contains", "smoke[0].json"]) {
      const removed = ["config", "rm", "--path", check, "--stack", stack.name];
      expect((await stack.pulumi(removed)).ok).to.equal(true);
    }
    const up = await stack.up("--skip-preview");
    expect(up.ok, up.output).to.equal(true);
    expectSilence(up.output);
    const lines = watchCommandLines();
    const image = await buildApp("v2");
    const release = await bluegreen(
      stack,
      "release",
      "--image",
      image,
      "--yes",
      "--json",
      "--wait=1",
    );
    const promoted = await bluegreen(stack, "promote", "--yes");
    const seen = await lines.stop();
    expect(release.code, release.output).to.equal(5);
    expect(promoted.code, promoted.output).to.equal(7);
    expect(promoted.output).to.include("release.hooks.beforeSwitch ended with code 3: [secret]");
    expectSilence(release.output + promoted.output);
    expectSilence(seen.replaceAll(PROCESS_LIST, ""));
    for (const command of [["history"], ["history", "--json"], ["status"], ["status", "--json"]]) {
      const { output } = await bluegreen(stack, ...command);
      expect(output).to.include("v2");
      expectSilence(output);
    }
  });

  it("are not in outputs, a preview, the state, its backups, the journal or a temporary file", async () => {
    expectSilence(JSON.stringify(await stack.outputs()));
    const set = ["config", "set", "--secret", "--path", "smoke[0].headers.SECRET", "hunter2-next"];
    expect((await stack.pulumi([...set, "--stack", stack.name])).ok).to.equal(true);
    const { ok, output } = await stack.pulumi(["preview", "--diff", "--stack", stack.name]);
    expect(ok, output).to.equal(true);
    expectSilence(output);
    const state = await filesIn(join(stack.folder, ".pulumi"));
    expect(state).to.contain("ciphertext").and.to.contain("beforeSwitch");
    expectSilence(state);
    expectSilence(await filesIn(temporary));
  });
});
