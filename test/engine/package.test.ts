import { access, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { execa } from "execa";
import { buildApp } from "../helpers/images.ts";
import { installPackage, removePackage } from "../helpers/installedPackage.ts";
import { TestStack } from "../helpers/testStack.ts";
import { makeSourceWorkspace } from "../helpers/workspace.ts";

const CHECKOUT = fileURLToPath(new URL("../../", import.meta.url));
const COMPILER = fileURLToPath(
  new URL("../../node_modules/typescript/lib/tsc.js", import.meta.url),
);

/** What a team's own program may do with the package. */
const CONSUMER = `import * as pulumi from "@pulumi/pulumi";
import { blueGreen, type BlueGreenOutputs } from "blue-green";
import { type Balancer, BlueGreenService, LocalHost } from "blue-green/components";
const outputs: BlueGreenOutputs = await blueGreen();
export const host: pulumi.Output<string> = outputs.url.apply((url) => new URL(url).hostname);
export { type Balancer, BlueGreenService, LocalHost };
// @ts-expect-error: there is no such output
outputs.nothing;
`;

describe("the package", function () {
  this.timeout(600_000);
  let folder: string;
  let stack: TestStack;
  let images: { readonly v1: string; readonly v2: string };

  before(async () => {
    images = { v1: await buildApp("v1"), v2: await buildApp("v2") };
    [folder, stack] = await Promise.all([
      installPackage(),
      TestStack.create({ activeColor: "blue", blue: { image: images.v1, count: 1 } }, {}, () =>
        makeSourceWorkspace(CHECKOUT),
      ),
    ]);
  });

  after(async () => {
    await stack.remove();
    await removePackage(folder);
  });

  /** Runs a command of the installed package on the stack, with the state it was created in. */
  async function inPackage(command: string, ...args: readonly string[]): Promise<string> {
    const options = {
      cwd: folder,
      env: { ...stack.environment, PULUMI_BACKEND_URL: stack.backendUrl, PULUMI_STACK: stack.name },
      all: true,
      stdin: "ignore",
    } as const;
    return (await execa(join(folder, "node_modules", ".bin", command), args, options)).all;
  }

  it("contains what runs and no development files", async () => {
    const found = await readdir(join(folder, "node_modules", "blue-green"));
    expect(found.sort()).to.deep.equal(
      ["CHANGELOG.md", "LICENSE", "README.md", "components", "dist", "docs", "examples"].concat([
        "package.json",
        "pipelines",
        "programs",
        "release",
        "scripts",
      ]),
    );
    await access(join(folder, "node_modules/blue-green/scripts/gate.sh"));
    expect(await readdir(join(folder, "node_modules"))).not.to.include.members([
      "tsx",
      "typescript",
    ]);
  });

  it("has types for programs of either kind of module resolution", async () => {
    await writeFile(join(folder, "consumer.mts"), CONSUMER);
    for (const [module, moduleResolution] of [
      ["nodenext", "nodenext"],
      ["esnext", "bundler"],
    ]) {
      const compilerOptions = {
        ...{ noEmit: true, strict: true, types: [], target: "es2022", lib: ["es2023", "dom"] },
        ...{ module, moduleResolution },
      };
      const config = { compilerOptions, files: ["consumer.mts"] };
      await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
      await execa(process.execPath, [COMPILER, "--project", folder]);
    }
  });

  it("shows no changes for a stack that the checkout brought up", async () => {
    await stack.mustUp();
    const values = { name: "blue-green", stack: stack.name, image: images.v1, port: "8000" };
    const flags = Object.entries(values).flatMap(([name, value]) => [`--${name}`, value]);
    const said = await inPackage("bluegreen", "init", ...flags);
    expect(said)
      .to.include(`wrote Pulumi.${stack.name}.yaml`)
      .and.to.include("added to package.json");
    await inPackage(
      ...["pulumi", "config", "set-all", "--path", "--plaintext", `edge.port=${stack.port}`],
      ...["--plaintext", `edge.previewPort=${stack.previewPort}`, "--plaintext", "drainSeconds=5"],
      ...["--plaintext", "health.timeoutSeconds=20", "--plaintext", "health.intervalSeconds=1"],
      ...["--plaintext", "blue.count=1", "--plaintext", "health.minUptimeSeconds=0"],
    );
    const file = await readFile(join(folder, `Pulumi.${stack.name}.yaml`), "utf8");
    expect(file).to.include("# The color that takes traffic.");
    const preview = await inPackage(
      "pulumi",
      "preview",
      "--expect-no-changes",
      "--non-interactive",
    );
    expect(preview)
      .to.match(/\d+ unchanged/)
      .and.not.to.include("warning");
  });

  it("brings up the second color and then shows no changes", async () => {
    const green = ["--plaintext", `green.image=${images.v2}`, "--plaintext", "green.count=1"];
    await inPackage("pulumi", "config", "set-all", "--path", ...green);
    await inPackage("pulumi", "up", "--yes", "--skip-preview", "--non-interactive");
    expect(Object.keys(await stack.containers("green"))).to.have.length(1);
    expect(await (await fetch(stack.url)).json()).to.include({ color: "blue", version: "v1" });
    expect(await (await fetch(stack.previewUrl)).json()).to.include({
      color: "green",
      version: "v2",
    });
    const preview = await inPackage(
      "pulumi",
      "preview",
      "--expect-no-changes",
      "--non-interactive",
    );
    expect(preview).to.match(/\d+ unchanged/);
  });

  it("is a template for pulumi new, with the program that init writes", async () => {
    const template = join(folder, "node_modules", "blue-green", "dist", "template");
    const args = ["--dir", join(folder, "new"), "--name", "shop", "--generate-only", "--yes"];
    await inPackage("pulumi", "new", template, ...args);
    const program = (await readdir(folder)).find((name) => /^index\.[jt]s$/.test(name)) ?? "";
    const [made, written] = await Promise.all(
      [join("new", "index.ts"), program].map((name) => readFile(join(folder, name), "utf8")),
    );
    expect(made).to.equal(written);
    expect(await readFile(join(folder, "new", "Pulumi.yaml"), "utf8")).to.match(/^name: shop\n/);
  });

  it("ships the command line", async () => {
    const status = await inPackage("bluegreen", "status");
    expect(status).to.include("route    blue").and.to.include(`green    ${images.v2}`);
    expect(status).to.match(/green .*1 of 1 hosts run, 0 % of the traffic/);
  });
});
