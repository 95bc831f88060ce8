import { expect } from "chai";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { execa } from "execa";
import { eventually } from "./asking.ts";
import { buildApp } from "./images.ts";
import { docker, TestStack } from "./testStack.ts";

const OWN_TMP = process.env["TMPDIR"];

/** One stack that a test brings up, and its temporary files in a folder of their own. */
export class DestroyedStack {
  readonly stack: TestStack;
  readonly #tmp: string;
  readonly #images: string;

  private constructor(stack: TestStack, tmp: string, images: string) {
    this.stack = stack;
    this.#tmp = tmp;
    this.#images = images;
  }

  static async create(): Promise<DestroyedStack> {
    const blue = { image: await buildApp("v1"), count: 1 };
    const green = { image: await buildApp("v2"), count: 1 };
    const images = await imagesOfTests();
    const tmp = await mkdtemp(join(tmpdir(), "blue-green-destroy-"));
    process.env["TMPDIR"] = tmp;
    const app = { env: { SHUTDOWN_DELAY_SECONDS: "0" } };
    const stack = await TestStack.create({ activeColor: "blue", blue, green, app });
    return new DestroyedStack(stack, tmp, images);
  }

  async close(): Promise<void> {
    if (existsSync(this.stack.folder)) await this.stack.remove();
    if (OWN_TMP === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = OWN_TMP;
    await rm(this.#tmp, { recursive: true, force: true });
  }

  /** Destroys the stack, and looks for anything of it on this machine. */
  async expectNothingLeft(volumes: readonly string[] = []): Promise<void> {
    const { stack } = this;
    const { ok, output } = await stack.pulumi(["destroy", "--yes", "--stack", stack.name]);
    expect(ok, output).to.equal(true);
    expect(await stack.leftovers()).to.deep.equal([]);
    // Also finds what carries our name but no label.
    for (const list of [["ps", "--all"], ["network", "ls"], ["volume", "ls"], ["images"]]) {
      expect(await docker(...list), list[0]).not.to.contain(stack.name);
    }
    const names = (await docker("volume", "ls", "--quiet")).split("\n");
    expect(names.filter((name) => volumes.includes(name))).to.deep.equal([]);
    expect(await imagesOfTests()).to.equal(this.#images);
    const isNone = (lines: string[]) => lines.length === 0;
    await eventually("no process is left", () => this.#processes(), isNone);
    const { stdout: state } = await stack.start(["stack", "export", "--stack", stack.name]);
    expect(JSON.parse(state)).not.to.have.nested.property("deployment.resources");
    // tsx keeps one cache per user, shared by all programs.
    const isOther = (name: string) => name !== basename(stack.folder) && !/^tsx-\d+$/.test(name);
    expect((await readdir(this.#tmp)).filter(isOther)).to.deep.equal([]);
  }

  /** Processes of this stack that still run, found by command line or temporary folder. */
  async #processes(): Promise<string[]> {
    const { stdout } = await execa("ps", ["-A", "-ww", "-o", "pid=,args="]);
    const rows = stdout.split("\n").filter((row) => Number.parseInt(row, 10) !== process.pid);
    const marked = await Promise.all(
      rows.map(async (row) => {
        const environment = `/proc/${Number.parseInt(row, 10)}/environ`;
        const text = existsSync("/proc") ? await readFile(environment, "utf8").catch(() => "") : "";
        return row.includes(this.stack.name) || text.includes(this.#tmp) ? row : "";
      }),
    );
    return marked.filter((row) => row !== "");
  }
}

/** Keyed by id, so that a moved tag shows. */
async function imagesOfTests(): Promise<string> {
  const all = await docker("images", "--no-trunc", "--format", "{{.Repository}}:{{.Tag}} {{.ID}}");
  const own = all
    .split("\n")
    .filter((line) => /^blue-green-(app:v[12]|base:\S+|edge:\S+) /.test(line));
  return own.sort().join("\n");
}
