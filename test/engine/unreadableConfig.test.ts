import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { planRelease } from "../../release/plan/plan.ts";
import { JournalFile } from "../../release/store/journal.ts";
import { openStore } from "../../release/store/openStore.ts";
import { bluegreen } from "../helpers/bluegreen.ts";
import { EdgeLab } from "../helpers/edgeLab.ts";
import { settingsFrom } from "../helpers/settings.ts";
import type { TestStack } from "../helpers/testStack.ts";

const GREEN = { active: "green", canaryWeight: 0, testers: false } as const;
const BROKEN = "config:\n  lab:activeColor: [green\n";
const GOOD = "config:\n  lab:activeColor: green\n  lab:green: {image: app:v2}\n";

describe("a stack whose config can't be read", function () {
  this.timeout(60_000);
  const name = `unread${process.pid}`;
  let folder: string;
  let stack: TestStack;
  let lab: EdgeLab;
  const environment: Record<string, string> = {};

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "unreadable-"));
    await mkdir(join(folder, "state"));
    const project = `name: lab\nruntime: nodejs\nbackend: {url: "file://${folder}/state"}\n`;
    await writeFile(join(folder, "Pulumi.yaml"), project);
    stack = { name, folder, environment } as unknown as TestStack;
    lab = await EdgeLab.start("3.0", `lab-${name}-edge`, `lab/${name}`);
  });
  beforeEach(async () => {
    await lab.edge.setByHand(GREEN);
    await writeJournal();
  });
  after(async () => {
    await lab.remove();
    await rm(folder, { recursive: true, force: true });
  });

  /** Of a release of green that is at its switch. */
  async function writeJournal(): Promise<void> {
    const settings = settingsFrom({
      activeColor: "blue",
      blue: { image: "app:v1", count: 1 },
      green: { image: "app:v0", count: 1 },
    });
    const plan = planRelease(settings, { id: "r1", stack: name, image: "app:v2" });
    await rm(join(folder, "state", ".pulumi"), { recursive: true, force: true });
    const journal = await JournalFile.open(await openStore(`file://${folder}/state`, "lab", name));
    await journal.write({
      ...{ plan, by: "ann", startedAt: 1, sequence: 1, overrides: {}, updates: [] },
      ...{ steps: [{ name: "switch", beganAt: 1 }], isUndone: false, isPaused: false },
    });
  }

  const file = () => join(folder, `Pulumi.${name}.yaml`);
  const configs: Readonly<Record<string, string | undefined>> = {
    "is broken": BROKEN,
    "is missing": undefined,
    "can't be opened by Pulumi": GOOD,
  };

  for (const [what, text] of Object.entries(configs)) {
    for (const words of [["abort"], ["rollback", "--now"]]) {
      it(`${what}: ${words.join(" ")} moves the traffic back, and says what is left`, async () => {
        await rm(file(), { force: true });
        if (text !== undefined) await writeFile(file(), text);
        const { code, output } = await bluegreen(stack, ...words, "--yes");
        expect(await lab.edge.look(), output).to.equal("blue:0:off");
        expect(code, output).to.equal(1);
        expect(output).to.include("blue has all traffic. The config is not restored yet: ");
        expect(output).to.include("Once that is mended: bluegreen abort");
        expect(output).not.to.match(/^\s+at /m);
      });
    }

    it(`${what}: status shows the route and the release`, async () => {
      await rm(file(), { force: true });
      if (text !== undefined) await writeFile(file(), text);
      const { code, output } = await bluegreen(stack, "status");
      expect(code, output).to.equal(0);
      expect(output).to.include("route    green");
      expect(output).to.include("release of app:v2 to green is at switch");
      expect(output).to.match(/^warning {2}/m);
    });
  }

  it("is rolled back without a journal too", async () => {
    await rm(join(folder, "state", ".pulumi"), { recursive: true, force: true });
    await writeFile(file(), BROKEN);
    const { output } = await bluegreen(stack, "rollback", "--now", "--yes");
    expect(await lab.edge.look(), output).to.equal("blue:0:off");
  });

  it("is aborted although nothing can be started or written: one line, with the remedy", async () => {
    await writeFile(file(), GOOD);
    const bin = join(folder, "bin");
    await mkdir(bin, { recursive: true });
    await writeFile(join(bin, "pulumi"), "no program\n");
    await chmod(join(bin, "pulumi"), 0o755);
    environment["PATH"] = `${bin}:${process.env["PATH"] ?? ""}`;
    environment["HOME"] = environment["PULUMI_HOME"] = "/proc/nowhere";
    const { code, output } = await bluegreen(stack, "abort", "--yes");
    expect(await lab.edge.look(), output).to.equal("blue:0:off");
    expect(code, output).to.equal(1);
    expect(output).to.match(/The config is not restored yet: .*Pulumi CLI/);
    expect(output).not.to.match(/^\s+at /m);
  });
});
