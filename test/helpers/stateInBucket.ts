import { expect } from "chai";
import { cp, readFile, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { cliPath } from "../../dev/setup/places.mjs";
import { Spaces } from "../../dev/emulators/spaces/spaces.ts";
import { eventually } from "./asking.ts";
import { buildApp } from "./images.ts";
import { killUp } from "./interruption.ts";
import { TestStack } from "./testStack.ts";
import { makeWorkspace, removeWorkspace } from "./workspace.ts";

const SECRETS = { passphrase: "correct-horse-battery", value: "hidden-word-4711" };

/**
 * Tests of state kept in the backend that a docs page describes, with the page's own URL; only the
 * endpoint is replaced by a real S3 server on this machine.
 *
 * @param page Page in docs/, such as `ovh.md`, with a line that exports `PULUMI_BACKEND_URL`.
 */
export function itKeepsState(page: string): void {
  let bucket = "";
  let backend = "";
  let spaces: Spaces;
  let stack: TestStack;

  before(async () => {
    const told = await backendIn(page);
    const url = new URL(told);
    bucket = url.hostname;
    spaces = await Spaces.start({ bucket, region: url.searchParams.get("region") ?? "" });
    backend = told.replace(/endpoint=[^&]+/, `endpoint=${spaces.endpoint}`);
    stack = await TestStack.create(
      {
        activeColor: "blue",
        blue: { image: await buildApp("v1"), count: 1 },
        green: { image: await buildApp("v2"), count: 1 },
      },
      {
        ...spaces.environment,
        PULUMI_BACKEND_URL: backend,
        PULUMI_CONFIG_PASSPHRASE: SECRETS.passphrase,
      },
    );
    await must("config", "set", "--secret", "--path", "app.env.TOKEN", SECRETS.value);
  });
  after(async () => {
    try {
      await stack?.remove();
    } finally {
      await spaces?.remove();
    }
  });

  /** As a user sets it; the stack's own helper would write its file without the secret. */
  async function must(...args: string[]): Promise<string> {
    const { ok, output } = await stack.pulumi([...args, "--stack", stack.name]);
    expect(ok, output).to.equal(true);
    return output;
  }

  const color = async () => (await fetch(stack.url)).headers.get("x-color");
  const locks = () => spaces.objects(bucket, ".pulumi/locks/");

  it("is written by a release without plain secrets, and leaves no lock", async () => {
    await stack.mustUp();
    await must("config", "set", "activeColor", "green");
    await stack.mustUp();
    expect(await color()).to.equal("green");
    expect(await stack.previewSteps()).to.deep.equal([]);
    const [state] = await spaces.objects(bucket, ".pulumi/stacks/blue-green/");
    expect(state).to.include(`${stack.name}.json`);
    expect(await locks()).to.deep.equal([]);
    const all = await spaces.contents(bucket);
    expect(all).to.include("balancer").and.not.to.include(SECRETS.value);
    expect(all).not.to.include(SECRETS.passphrase);
  });

  it("keeps the lock of a killed up, which names its holder, until it is canceled", async () => {
    await must("config", "set", "activeColor", "blue");
    expect(await killUp(stack, { resource: "gate", delayMs: 100 })).to.equal(true);
    expect(await locks()).to.have.length(1);
    expect(await color()).to.equal("green");
    const refused = await stack.up("--skip-preview");
    expect(refused.ok).to.equal(false);
    expect(refused.output).to.include("the stack is currently locked by 1 lock(s)");
    const holder = /created by \S+@(\S+) \(pid (\d+)\) at \S+/.exec(refused.output);
    expect(holder?.[1], refused.output).to.equal(hostname());
    const isThere = async () =>
      !(await execa("ps", ["-p", holder?.[2] ?? ""], { reject: false })).failed;
    await eventually("the lock's holder has ended", isThere, (is) => !is);
    await must("cancel", "--yes");
    expect(await locks()).to.deep.equal([]);
    await stack.mustUp();
    expect(await color()).to.equal("blue");
  });

  it("locks out a second up while one is running", async () => {
    await must("config", "set", "activeColor", "green");
    const first = stack.start(["up", "--yes", "--skip-preview", "--stack", stack.name]);
    await eventually("the lock", locks, (files) => files.length === 1);
    const second = await stack.up("--skip-preview");
    expect(second.ok).to.equal(false);
    expect(second.output).to.include("the stack is currently locked by 1 lock(s)");
    expect((await first).exitCode).to.equal(0);
    expect(await color()).to.equal("green");
  });

  it("is available on another machine that logs in", async () => {
    const elsewhere = await makeWorkspace();
    try {
      await takeOutBackend(elsewhere);
      await cp(stackFile(stack.folder), stackFile(elsewhere));
      const run = (...args: string[]) =>
        execa(cliPath(), [...args, "--non-interactive"], {
          cwd: elsewhere,
          env: {
            ...spaces.environment,
            PULUMI_CONFIG_PASSPHRASE: SECRETS.passphrase,
            // The user who runs this stays logged in to their own backend.
            PULUMI_CREDENTIALS_PATH: elsewhere,
            PULUMI_SKIP_UPDATE_CHECK: "true",
            NO_COLOR: "1",
          },
          all: true,
        });
      const login = await run("login", backend);
      expect(login.all).to.include(`Logged in to`).and.to.include(`s3://${bucket}`);
      expect((await run("stack", "ls")).all).to.include(stack.name);
      await run("stack", "select", stack.name);
      await run("config", "set", "activeColor", "blue");
      await run("up", "--yes", "--skip-preview");
      expect(await color()).to.equal("blue");
      await must("config", "set", "activeColor", "blue");
      expect(await stack.previewSteps()).to.deep.equal([]);
    } finally {
      await removeWorkspace(elsewhere);
    }
  });

  const stackFile = (folder: string) => join(folder, `Pulumi.${stack.name}.yaml`);
}

async function backendIn(page: string): Promise<string> {
  const text = await readFile(new URL(`../../docs/${page}`, import.meta.url), "utf8");
  const told = /export PULUMI_BACKEND_URL='([^']+)'/.exec(text)?.[1];
  if (told === undefined) throw new Error(`docs/${page} exports no PULUMI_BACKEND_URL.`);
  return told;
}

/** What docs/configuration.md says to do before `pulumi login`. */
async function takeOutBackend(folder: string): Promise<void> {
  const file = join(folder, "Pulumi.yaml");
  const text = await readFile(file, "utf8");
  await writeFile(file, text.replace(/^backend:\n {2}url: .*\n/m, ""));
}
