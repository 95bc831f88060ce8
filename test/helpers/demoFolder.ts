import { randomBytes } from "node:crypto";
import { readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { type Traces } from "../../demo/cloud/traces.ts";
import { eventually } from "./asking.ts";
import { makeSourceWorkspace, removeWorkspace } from "./workspace.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
/** What npm's scripts need in addition to the program's files. */
const ALSO = ["app", "demo", "dev", "load", "release"];

/** A folder with this checkout's program in which the demo runs with its own stack. */
export class DemoFolder {
  readonly path: string;
  readonly stack = `demo-${randomBytes(3).toString("hex")}`;

  private constructor(path: string) {
    this.path = path;
  }

  static async make(): Promise<DemoFolder> {
    const path = await makeSourceWorkspace(ROOT);
    for (const entry of ALSO) await symlink(join(ROOT, entry), join(path, entry));
    return new DemoFolder(path);
  }

  /** `npm run SCRIPT` for the stack of this folder. */
  npm(script: "demo" | "demo:remove", ...options: readonly string[]) {
    return execa("npm", ["run", script, "--", "--stack", this.stack, ...options], {
      cwd: this.path,
      stdin: "ignore",
      all: true,
      reject: false,
    });
  }

  /** The same without npm in between, so that signals reach it. */
  start(...options: readonly string[]) {
    const args = [join(ROOT, "demo", "start.mjs"), "run.ts", "--stack", this.stack];
    return execa(process.execPath, [...args, ...options], {
      cwd: this.path,
      stdin: "ignore",
      all: true,
      reject: false,
    });
  }

  /** The record that a cloud demo writes about itself, once it exists. */
  async traces(): Promise<Traces> {
    const path = join(this.path, ".pulumi", `demo-cloud-${this.stack}.json`);
    const look = () => readFile(path, "utf8").catch(() => "");
    const text = await eventually("the tour has begun", look, (seen) => seen.endsWith("}"), 120);
    return JSON.parse(text) as Traces;
  }

  async remove(): Promise<void> {
    await this.npm("demo:remove");
    await removeWorkspace(this.path);
  }
}
