import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { execa } from "execa";
import { PROGRAM } from "../../../../release/init/texts.ts";

const BLUEGREEN = fileURLToPath(new URL("../../../../release/bluegreen.mjs", import.meta.url));

const ENTRY = (process.features as { typescript?: unknown }).typescript ? "index.ts" : "index.js";
const MADE = [".gitignore", "Pulumi.prod.yaml", "Pulumi.yaml", ENTRY, "package.json"].sort();

describe("bluegreen init", function () {
  this.timeout(60_000);
  let folder: string;

  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), "blue-green-init-")), "shop");
    await mkdir(join(folder, ".git"), { recursive: true });
  });
  afterEach(() => rm(join(folder, ".."), { recursive: true }));

  async function init(...args: readonly string[]) {
    const env = { NO_COLOR: "1", PULUMI_STACK: "" };
    const options = { cwd: folder, env, all: true, reject: false, stdin: "ignore" } as const;
    const { exitCode, all } = await execa(process.execPath, [BLUEGREEN, "init", ...args], options);
    return { code: exitCode, output: all };
  }

  const files = async (place = ".") =>
    (await readdir(join(folder, place))).filter((name) => name !== ".git").sort();
  const read = (name: string) => readFile(join(folder, name), "utf8");

  it("writes the files of a stack named after the folder, and prints the next steps", async () => {
    const { code, output } = await init("--image", "shop:1");
    expect(output).to.include("wrote Pulumi.yaml").and.to.include("npx pulumi up --stack prod");
    expect(code).to.equal(0);
    expect(await files()).to.deep.equal(MADE);
    expect(await read("Pulumi.yaml")).to.match(new RegExp(`^name: shop\n[^]*main: ${ENTRY}\n`));
    expect(await read(ENTRY)).to.equal(PROGRAM);
    expect(JSON.parse(await read("package.json"))).to.have.property("type", "module");
  });

  it("adds a stack and a pipeline to a project without duplicates", async () => {
    await init("--image", "shop:1");
    const before = await Promise.all(MADE.map(read));
    const { output } = await init("--image", "shop:2", "--stack", "test", "--pipeline", "github");
    expect(output.split("\n").slice(0, 6)).to.deep.equal([
      "Pulumi.yaml is up to date",
      `${ENTRY} is up to date`,
      "wrote Pulumi.test.yaml",
      "package.json is up to date",
      ".gitignore is up to date",
      "wrote .github/workflows/release.yml",
    ]);
    expect(await Promise.all(MADE.map(read))).to.deep.equal(before);
  });

  it("overwrites nothing, and shows what it would have written", async () => {
    await writeFile(join(folder, "Pulumi.prod.yaml"), "config: {}\n");
    const { code, output } = await init("--image", "shop:1");
    expect(code).to.equal(0);
    expect(output).to.match(
      /Pulumi\.prod\.yaml already exists and stays unchanged\. New contents would be:\n {4}# All/,
    );
    expect(await read("Pulumi.prod.yaml")).to.equal("config: {}\n");
  });

  it("keeps an app's package.json and uses its own folder", async () => {
    const app = '{"name": "shop", "main": "server.js", "scripts": {"start": "node ."}}';
    await writeFile(join(folder, "package.json"), app);
    const { output } = await init("--image", "shop:1", "--pipeline", "gitlab");
    expect(output).to.include("cd deploy");
    expect(await files()).to.deep.equal([".gitlab-ci.yml", "deploy", "package.json"]);
    expect(await files("deploy")).to.deep.equal(MADE);
    expect(await read("package.json")).to.equal(app);
    expect(await read("deploy/Pulumi.yaml")).to.match(/^name: shop\n/);
    expect((await init("--image", "shop:1")).output).to.include("deploy/Pulumi.yaml is up to date");
    const refused = await init(".", "--image", "shop:1");
    expect(refused.output).to.include("belongs to a CommonJS app").and.to.include("init deploy");
    expect(refused.code).to.equal(2);
  });

  it("keeps the stack's files out of an image that is built in its folder, or beside it", async () => {
    await writeFile(join(folder, "Dockerfile"), "FROM scratch\n");
    await writeFile(join(folder, ".dockerignore"), "*.log\n.pulumi");
    const dry = await init("--image", "shop:1", "--dry-run");
    expect(dry.output).to.match(/would add to \.dockerignore:\n {4}\*\.log/);
    expect(await read(".dockerignore")).to.equal("*.log\n.pulumi");
    await init("--image", "shop:1");
    const ignored = "*.log\n.pulumi\nnode_modules/\nPulumi.*.yaml\n";
    expect(await read(".dockerignore")).to.equal(ignored);
    await init("deploy", "--image", "shop:1");
    expect(await read(".dockerignore")).to.equal(`${ignored}deploy/\n`);
    const { output } = await init("deploy", "--image", "shop:1");
    expect(output).to.include("\n.dockerignore is up to date\n");
  });

  it("writes nothing when an answer is invalid, or with --dry-run", async () => {
    const wrong = await init("--image", "Shop", "--port", "x");
    expect(wrong.code).to.equal(2);
    expect(wrong.output)
      .to.include("--image: must be an image")
      .and.to.include("--port: must be a whole");
    const dry = await init("--image", "shop:1", "--dry-run");
    expect(dry.code).to.equal(0);
    expect(dry.output).to.include("would write Pulumi.yaml:\n    name: shop");
    expect(await files()).to.deep.equal([]);
  });

  it("refuses a Pulumi project of another kind", async () => {
    await writeFile(join(folder, "Pulumi.yaml"), "name: infra\nruntime: python\n");
    const { code, output } = await init("--image", "shop:1");
    expect(output).to.include('runtime "python"').and.to.include("bluegreen init deploy");
    expect(code).to.equal(2);
    expect(await files()).to.deep.equal(["Pulumi.yaml"]);
  });
});
