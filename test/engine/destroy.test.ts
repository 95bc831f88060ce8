import { expect } from "chai";
import { randomInt } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { execa } from "execa";
import { eventually } from "../helpers/asking.ts";
import { buildApp } from "../helpers/images.ts";
import { killUp, recover } from "../helpers/interruption.ts";
import { docker, TestStack } from "../helpers/testStack.ts";

describe("pulumi destroy", () => {
  const ownTmp = process.env["TMPDIR"];
  let tmp: string;
  let stack: TestStack;
  let images: string;
  let v1 = "";

  // Everything a test starts writes its temporary files to a folder of that test.
  beforeEach(async () => {
    v1 = await buildApp("v1");
    images = await imagesOfTests();
    tmp = await mkdtemp(join(tmpdir(), "blue-green-destroy-"));
    process.env["TMPDIR"] = tmp;
    const [blue, green] = [
      { image: v1, count: 1 },
      { image: await buildApp("v2"), count: 1 },
    ];
    const app = { env: { SHUTDOWN_DELAY_SECONDS: "0" } };
    stack = await TestStack.create({ activeColor: "blue", blue, green, app });
  });

  afterEach(async () => {
    if (existsSync(stack.folder)) await stack.remove();
    if (ownTmp === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = ownTmp;
    await rm(tmp, { recursive: true, force: true });
  });

  async function expectNothingLeft(volumes: readonly string[] = []): Promise<void> {
    const { ok, output } = await stack.pulumi(["destroy", "--yes", "--stack", stack.name]);
    expect(ok, output).to.equal(true);
    expect(await stack.leftovers()).to.deep.equal([]);
    // Also finds what carries our name but no label.
    for (const list of [["ps", "--all"], ["network", "ls"], ["volume", "ls"], ["images"]]) {
      expect(await docker(...list), list[0]).not.to.contain(stack.name);
    }
    const names = (await docker("volume", "ls", "--quiet")).split("\n");
    expect(names.filter((name) => volumes.includes(name))).to.deep.equal([]);
    expect(await imagesOfTests()).to.equal(images);
    await eventually("no process is left", processes, (lines) => lines.length === 0);
    const { stdout: state } = await stack.start(["stack", "export", "--stack", stack.name]);
    expect(JSON.parse(state)).not.to.have.nested.property("deployment.resources");
    // tsx keeps one cache per user, shared by all programs.
    const isOther = (name: string) => name !== basename(stack.folder) && !/^tsx-\d+$/.test(name);
    expect((await readdir(tmp)).filter(isOther)).to.deep.equal([]);
  }

  /** Processes of this stack that still run, found by command line or temporary folder. */
  async function processes(): Promise<string[]> {
    const { stdout } = await execa("ps", ["-A", "-ww", "-o", "pid=,args="]);
    const rows = stdout.split("\n").filter((row) => Number.parseInt(row, 10) !== process.pid);
    const marked = await Promise.all(
      rows.map(async (row) => {
        const environment = `/proc/${Number.parseInt(row, 10)}/environ`;
        const text = existsSync("/proc") ? await readFile(environment, "utf8").catch(() => "") : "";
        return row.includes(stack.name) || text.includes(tmp) ? row : "";
      }),
    );
    return marked.filter((row) => row !== "");
  }

  it("leaves no container, network, volume, image, file or process", async () => {
    await stack.mustUp();
    await stack.set({ activeColor: "green", canary: { weight: 5 } });
    await stack.mustUp();
    const containers = (await stack.leftovers()).filter((line) => line.startsWith("container "));
    expect(containers).to.have.length(3);
    const mounts = '{{range .Mounts}}{{if eq .Type "volume"}}{{println .Name}}{{end}}{{end}}';
    const used = await docker(
      ...["container", "inspect", "--format", mounts],
      ...containers.map((line) => line.replace("container ", "")),
    );
    await expectNothingLeft(used.split("\n").filter((line) => line !== ""));
  });

  it("leaves nothing after an up that failed half-way", async () => {
    await stack.set({ green: { image: "blue-green-app:does-not-exist", count: 1 } });
    const { ok } = await stack.up("--skip-preview");
    expect(ok).to.equal(false);
    await expectNothingLeft();
  });

  it("leaves nothing after a first up that failed at its gate", async () => {
    await stack.set({
      smoke: [{ path: "/nowhere" }],
      health: { timeoutSeconds: 4, intervalSeconds: 1 },
    });
    const { ok } = await stack.up("--skip-preview");
    expect(ok).to.equal(false);
    await expectNothingLeft();
  });

  // Hits a different moment in each run: a host takes about three seconds to become healthy.
  const delayMs = randomInt(100, 2500);
  it(`leaves nothing after a first up was killed ${delayMs} ms after blue-1`, async () => {
    expect(await killUp(stack, { resource: "blue-1", delayMs })).to.equal(true);
    await stack.pulumi(["cancel", "--yes", "--stack", stack.name]);
    await expectNothingLeft();
  });

  it("leaves nothing after a first up was killed at its very start and then completed", async () => {
    // The engine does not know the network yet, so only another up can find it.
    expect(await killUp(stack, { resource: "network", delayMs: 100 })).to.equal(true);
    await recover(stack);
    await expectNothingLeft();
  });

  it("works after containers, network and volume were removed by hand", async () => {
    await stack.mustUp();
    const left = (await stack.leftovers()).map((line) => line.split(" "));
    for (const [kind = "", name = ""] of left) {
      await docker(...(kind === "container" ? ["rm", "--force", name] : [kind, "rm", name]));
    }
    expect(await stack.leftovers()).to.deep.equal([]);
    await expectNothingLeft();
  });
});

/** Keyed by id, so that a moved tag shows. */
async function imagesOfTests(): Promise<string> {
  const all = await docker("images", "--no-trunc", "--format", "{{.Repository}}:{{.Tag}} {{.ID}}");
  const own = all
    .split("\n")
    .filter((line) => /^blue-green-(app:v[12]|base:\S+|edge:\S+) /.test(line));
  return own.sort().join("\n");
}
