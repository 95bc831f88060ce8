import { readFile, readdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { execa } from "execa";
import { buildApp } from "../helpers/images.ts";
import { DemoFolder } from "../helpers/demoFolder.ts";

const STACK_FILE = `# A comment of the user's.
config:
  blue-green:activeColor: blue
`;

describe("the demo", () => {
  let folder: DemoFolder;
  let stack = "";
  let url = "";

  before(async () => {
    // With these layers the demo's builds hit the cache and leave no layers of their own.
    for (const version of ["v1", "v2"]) await buildApp(version);
    folder = await DemoFolder.make();
    stack = folder.stack;
    await writeFile(join(folder.path, `Pulumi.${stack}.yaml`), STACK_FILE);
  });

  after(() => folder.remove());

  async function ofTheStack(): Promise<string[]> {
    const filter = ["--filter", `label=blue-green.stack=blue-green/${stack}`];
    const lists = await Promise.all([
      execa("docker", ["ps", "--all", ...filter, "--format", "{{.Names}}"]),
      execa("docker", ["network", "ls", ...filter, "--format", "{{.Name}}"]),
      execa("docker", ["volume", "ls", ...filter, "--format", "{{.Name}}"]),
      execa("docker", ["images", `blue-green-app:*-${stack}`, "--format", "{{.Tag}}"]),
    ]);
    return lists.flatMap(({ stdout }) => stdout.split("\n")).filter((line) => line !== "");
  }

  it("names a port that is in use, and an option that helps", async () => {
    const other = createServer();
    const port = await listen(other);
    const demo = await folder.npm("demo", "--port", String(port));
    other.close();
    expect(demo.exitCode).to.equal(1);
    expect(demo.all).to.match(
      new RegExp(`listens on port ${port}.*\n.*npm run demo -- --port \\d+`),
    );
    expect(await ofTheStack()).to.deep.equal([]);
  });

  it("releases and rolls back without losing a request, and leaves the stack running", async () => {
    const [port, previewPort] = await freePorts();
    url = `http://127.0.0.1:${port}`;
    const ports = ["--port", String(port), "--preview-port", String(previewPort)];
    const demo = await folder.npm("demo", ...ports);
    expect(demo.exitCode, demo.all).to.equal(0);
    expect(demo.all).to.match(/^ +failed requests +0 +0$/m);
    expect(demo.all).to.match(/^ +old color after the switch +0 +0$/m);
    expect(requestsIn(demo.all).every((count) => count > 300)).to.equal(true);
    expect(demo.all).to.contain("\n   pulumi config set activeColor green\n");
    const answer = (await (await fetch(url)).json()) as { color: string; version: string };
    expect(answer).to.include({ color: "blue", version: "v1" });
  });

  it("removes everything and restores the stack file", async () => {
    const removal = await folder.npm("demo:remove");
    expect(removal.exitCode, removal.all).to.equal(0);
    expect(await ofTheStack()).to.deep.equal([]);
    expect(await readFile(join(folder.path, `Pulumi.${stack}.yaml`), "utf8")).to.equal(STACK_FILE);
    const stacks = await readdir(join(folder.path, ".pulumi", "stacks", "blue-green"));
    expect(stacks.filter((file) => /^[^.]+\.json$/.test(file))).to.deep.equal([]);
    await expectRefused(url);
  });

  it("can be removed when nothing is left to remove", async () => {
    const removal = await folder.npm("demo:remove");
    expect(removal.exitCode, removal.all).to.equal(0);
  });
});

/** The request counts in the demo's table. */
function requestsIn(output: string): number[] {
  const row = /^ +requests +([\d,]+) +([\d,]+)$/m.exec(output);
  return [row?.[1], row?.[2]].map((cell) => Number(cell?.replaceAll(",", "")));
}

async function expectRefused(url: string): Promise<void> {
  const answer = await fetch(url).then(
    () => "answered",
    () => "refused",
  );
  expect(answer).to.equal("refused");
}

function listen(server: ReturnType<typeof createServer>): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "0.0.0.0", () => {
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : 0);
    });
  });
}

/** Keeps both ports open until both are known, so that they differ. */
async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()] as const;
  const ports: [number, number] = [await listen(servers[0]), await listen(servers[1])];
  for (const server of servers) server.close();
  return ports;
}
