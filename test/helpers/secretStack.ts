import { expect } from "chai";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildApp } from "./images.ts";
import { TestStack } from "./testStack.ts";

/** Values marked by the name of their setting, for every setting that takes any text. */
export const SECRETS: Readonly<Record<string, string>> = {
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

const START = ["gunicorn", "app:app", "--name"];
/** The words before those that are secret. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  "app.command": START,
  "app.entrypoint": ["env"],
  "processes.one.command": ["python3", "-c", "import time; time.sleep(3600)"],
  "services.one.command": START,
};

/** A stack with a marked secret in every setting that takes any text, before its first `up`. */
export class SecretStack {
  readonly stack: TestStack;
  /** The only place for temporary files of its commands. */
  readonly #temporary: string;

  private constructor(stack: TestStack, temporary: string) {
    this.stack = stack;
    this.#temporary = temporary;
  }

  static async create(): Promise<SecretStack> {
    const temporary = await mkdtemp(join(tmpdir(), "blue-green-secrets-"));
    const stack = await TestStack.create(
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
    return new SecretStack(stack, temporary);
  }

  /** Brings it up; the smoke checks that no answer of the app can pass are removed before. */
  async bringUp(): Promise<void> {
    const { stack } = this;
    for (const check of ["smoke[0].contains", "smoke[0].json"]) {
      const removed = ["config", "rm", "--path", check, "--stack", stack.name];
      expect((await stack.pulumi(removed)).ok).to.equal(true);
    }
    const { ok, output } = await stack.up("--skip-preview");
    expect(ok, output).to.equal(true);
    expectSilence(output);
  }

  /** Expects no secret in the state, its backups, the journal or a temporary file. Returns all of the state. */
  async expectSilentFiles(): Promise<string> {
    const state = await filesIn(join(this.stack.folder, ".pulumi"));
    expect(state).to.contain("ciphertext");
    expectSilence(state);
    expectSilence(await filesIn(this.#temporary));
    return state;
  }

  async remove(): Promise<void> {
    await this.stack.remove();
    await rm(this.#temporary, { recursive: true, force: true });
  }
}

/** @param commandLines Whether the text has command lines, where what a program is started with can be seen. */
export function expectSilence(text: string, commandLines = false): void {
  const lines = (commandLines ? text.replaceAll(PROCESS_LIST, "") : text).split("\n");
  const telling = lines.filter((line) => line.includes("hunter2"));
  expect(telling.map((line) => line.slice(0, 2000))).to.deep.equal([]);
}

/** Each notification has one destination. */
function pathInFile(path: string): string {
  const at = ["webhook", "slack", "command"].findIndex(
    (one) => path === `release.notify[*].${one}`,
  );
  const named = path.replace(/^(processes|services)\.\*/, "$1.one").replace(".*", ".SECRET");
  const words = WORDS[named.replace("[*]", "")]?.length;
  return named.replace("[*]", `[${words ?? Math.max(0, at)}]`);
}

async function filesIn(folder: string): Promise<string> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = files
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name));
  return (await Promise.all(paths.map((path) => readFile(path, "utf8")))).join("\n");
}
