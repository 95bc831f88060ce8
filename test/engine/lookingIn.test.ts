import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { eventually } from "../helpers/asking.ts";
import { bluegreen, eventsOf, startBluegreen } from "../helpers/bluegreen.ts";
import { buildApp, buildFrom } from "../helpers/images.ts";
import { remediesIn, typed } from "../helpers/remedies.ts";
import { docker, TestStack } from "../helpers/testStack.ts";

/** Without a HEALTHCHECK: the gate checks it, also on a busy machine. */
async function image(version: number): Promise<string> {
  const base = await buildApp("v1");
  return buildFrom(
    `blue-green-looked-at:${version}`,
    `FROM ${base}\nENV APP_VERSION=${version}\nHEALTHCHECK NONE\n`,
  );
}

const SECRET = "s3cret-of-the-app";

describe("looking in and reaching in", () => {
  let stack: TestStack;
  const run = (...args: readonly string[]) => bluegreen(stack, ...args);

  before(async () => {
    stack = await TestStack.create({
      activeColor: "blue",
      blue: { image: await image(1), count: 2 },
      app: { env: { SHUTDOWN_DELAY_SECONDS: "0", APP_SECRET: SECRET } },
      drainSeconds: 0,
      health: { timeoutSeconds: 60, intervalSeconds: 1 },
      release: { watchSeconds: 0, probe: { path: "/", ratePerSecond: 30 } },
    });
    await stack.mustUp();
  });
  after(() => stack.remove());

  it("runs a command in a live container, with its input, output and exit code", async () => {
    const script = 'cat; echo "$DEPLOYMENT_COLOR on $HOSTNAME"; exit 7';
    const child = startBluegreen(stack, ["exec", "--host", "blue-2", "--", "sh", "-c", script], {
      input: "a\0b\n",
    });
    const { exitCode, stdout } = await child;
    expect(exitCode).to.equal(7);
    expect(stdout).to.equal("a\0b\nblue on blue-2");
    const none = await run("exec", "--color", "green", "--", "true");
    expect(none.output).to.include("No container of green runs web").and.include("pulumi up");
    expect((await run("exec")).code).to.equal(2);
  });

  it("passes a signal on to the command", async () => {
    const script = "trap 'echo stopping; exit 5' INT; echo ready; while :; do sleep 0.1; done";
    const child = startBluegreen(stack, ["exec", "--", "sh", "-c", script]);
    child.stdout.on("data", (text: Buffer) => {
      if (text.includes("ready")) child.kill("SIGINT");
    });
    const { exitCode, stdout } = await child;
    expect({ exitCode, stdout }).to.deep.equal({ exitCode: 5, stdout: "ready\nstopping" });
  });

  it("runs a command in a new container of the color, hardened as the app's, and removes it", async () => {
    const script = 'echo "$APP_SECRET $(id -u)"; touch /x 2>/dev/null || echo read-only; sleep 600';
    const child = startBluegreen(stack, ["run", "--", "sh", "-c", script]);
    const name = () => docker("ps", "--filter", "label=blue-green.run", "--format", "{{.Names}}");
    const began = await eventually("the command runs", name, (text) => text !== "", 60);
    expect(await docker("ps", "--no-trunc", "--format", "{{.Command}}")).not.to.include(SECRET);
    expect(Object.keys(await stack.containers("blue"))).to.have.length(2);
    const settings =
      "{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.Memory}}";
    const of = (container: string) => docker("inspect", "-f", settings, container);
    expect(await of(began)).to.equal(await of(stack.container("blue", 1)));
    // Killed, it can't clean up; the next command does.
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
    const next = await run("run", "--", "sh", "-c", "exit 6");
    expect(next.code, next.output).to.equal(6);
    expect(await name()).to.equal("");
    expect((await child).stdout).to.match(/^s3cret-of-the-app [1-9]\d*\nread-only$/);
  });

  it("shows the logs of all hosts by time, and those of a replaced container", async () => {
    for (const host of ["blue-1", "blue-2", "blue-1"]) {
      await run("exec", "--host", host, "--", "sh", "-c", `echo marked ${host} >/proc/1/fd/1`);
    }
    const { output } = await run("logs", "--grep", "^marked", "--json");
    const lines = output.split("\n").map((line) => JSON.parse(line) as Record<string, string>);
    expect(lines.map(({ host }) => host)).to.deep.equal(["blue-1", "blue-2", "blue-1"]);
    expect(lines.map(({ at = "" }) => at)).to.deep.equal(lines.map(({ at = "" }) => at).sort());
    const head = startBluegreen(stack, ["logs", "--follow"]);
    head.stdout.once("data", () => head.stdout.destroy());
    expect((await head).exitCode).to.equal(0);
  });

  it("shows the disk, and refuses a release that it has no room for", async () => {
    expect((await run("status")).output).to.match(
      /disk +this machine: [\d.]+ GB of .* inodes are free/,
    );
    const folder = await mkdtemp(join(tmpdir(), "blue-green-full-"));
    const full = "#!/bin/sh\necho 'disk 1000000 900000 100000 90% /'\n";
    await writeFile(join(folder, "df"), full, { mode: 0o755 });
    const env = { PATH: `${folder}:${process.env["PATH"]}` };
    const child = startBluegreen(stack, ["release", "--image", await image(2), "--yes"], { env });
    const { exitCode, all } = await child;
    await rm(folder, { recursive: true });
    expect(exitCode, all).to.equal(3);
    expect(all).to.include("0.1 GB of 1.0 GB are free").and.include('--override disk="REASON"');
  });

  it("finds beforehand what would make a release fail, and each remedy that it prints helps", async () => {
    await stack.set({ green: { image: await image(2), count: 1 } });
    await stack.mustUp();
    const fine = await run("doctor");
    expect(fine.code, fine.output).to.equal(0);
    await docker("stop", stack.container("green", 1));
    await run("lock", "hold", "--reason", "audit", "--for", "1h");
    await stack.pulumi(["config", "set", "activeColor", "green", "--stack", stack.name]);
    const { code, output } = await run("doctor", "--json");
    expect(code).to.equal(3);
    const events = eventsOf(output) as unknown as {
      check: string;
      state: string;
      texts: string[];
    }[];
    const problems = events.filter(({ state }) => state === "problem");
    const checks = problems.map(({ check }) => check);
    expect(checks).to.include.members(["release lock", "route", "hosts"]);
    const remedies = new Set(problems.flatMap(({ texts }) => remediesIn(texts.join("\n"))));
    expect([...remedies]).to.include.members([
      ...["bluegreen lock release", "bluegreen refresh-config", "pulumi up"],
    ]);
    // The stack file first, as its message has it.
    const inOrder = [...remedies].sort();
    for (const remedy of inOrder) {
      const { code, output } = await typed(stack, remedy);
      expect(code, `${remedy}: ${output}`).to.equal(0);
    }
    const mended = await run("doctor");
    expect(mended.code, mended.output).to.equal(0);
    expect(await stack.route()).to.equal("blue:0:off");
  });
});
