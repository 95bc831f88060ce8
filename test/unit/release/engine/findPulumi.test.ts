import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { execa } from "execa";

const MODULE = new URL("../../../../release/engine/findPulumi.ts", import.meta.url).href;
const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));

describe("the Pulumi CLI of a project", function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "blue-green-find-"));
    await mkdir(join(folder, "project"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function install(path: string, version: string): Promise<string> {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `#!/bin/sh\necho v${version}\n`);
    await chmod(file, 0o755);
    return file;
  }

  /** Runs in a separate process, because the search depends on its environment. */
  async function find(path = ""): Promise<string> {
    const script = `
      const { findPulumi } = await import(${JSON.stringify(MODULE)});
      const project = ${JSON.stringify(join(folder, "project"))};
      console.log(await findPulumi(project).then((cli) => cli.command, (error) => error.message));`;
    const { stdout } = await execa(process.execPath, ["--import=tsx", "--input-type=module"], {
      input: script,
      cwd: ROOT,
      env: { PULUMI_HOME: join(folder, "home"), PATH: `${join(folder, path)}:/usr/bin:/bin` },
    });
    return stdout;
  }

  async function installPackage(version: string): Promise<void> {
    const manifest = join(folder, "project", "node_modules", "pulumi", "package.json");
    await mkdir(dirname(manifest), { recursive: true });
    await writeFile(manifest, JSON.stringify({ name: "pulumi", version }));
  }

  it("comes from the installed npm package before PATH", async () => {
    await installPackage("3.250.0");
    await install("path/pulumi", "3.260.0");
    await install("home/versions/3.260.0/bin/pulumi", "3.260.0");
    const own = await install("home/versions/3.250.0/bin/pulumi", "3.250.0");
    expect(await find("path")).to.equal(own);
  });

  it("comes from PATH if the package has not downloaded its own", async () => {
    await installPackage("3.250.0");
    await install("path/pulumi", "3.260.0");
    expect(await find("path")).to.equal("pulumi");
  });

  it("is the latest in Pulumi's home if there is no other", async () => {
    await installPackage("3.1.0");
    await install("home/versions/3.99.0/bin/pulumi", "3.99.0");
    const newest = await install("home/versions/3.250.0/bin/pulumi", "3.250.0");
    expect(await find()).to.equal(newest);
  });

  it("is refused if it is too old", async () => {
    await installPackage("3.1.0");
    const old = await install("home/bin/pulumi", "3.244.9");
    expect(await find()).to.include(`must be 3.245.0 or newer, but ${old} is 3.244.9`);
  });

  it("is reported missing, with the places that were searched", async () => {
    await installPackage("3.1.0");
    expect(await find()).to.match(/There is no Pulumi CLI: .*npm package pulumi.*PATH.*home/);
  });
});
