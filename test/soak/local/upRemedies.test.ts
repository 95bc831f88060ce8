import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { expect } from "chai";
import { buildFrom } from "../../helpers/images.ts";
import { remediesIn, typed } from "../../helpers/remedies.ts";
import { buildStore } from "../../helpers/storeImage.ts";
import { type CliResult, docker, TestStack } from "../../helpers/testStack.ts";
import { buildWritingApp } from "../../helpers/writingImage.ts";

/** Each command is typed as it was printed, after which the same `pulumi up` gets further. */
describe("a remedy that pulumi up prints", function () {
  this.timeout(300_000);
  let stack: TestStack;
  let taken: Server;

  before(async () => {
    stack = await TestStack.create({
      activeColor: "blue",
      blue: { image: await buildWritingApp("v1"), count: 1 },
      drainSeconds: 0,
      smoke: [{ path: "/" }],
    });
    taken = createServer().listen(stack.port, "0.0.0.0");
    await once(taken, "listening");
  });
  after(async () => {
    taken?.close();
    await stack?.remove();
  });

  /** Types the first command that begins so, of a message that must offer one. */
  async function type(start: string, { ok, output }: CliResult): Promise<void> {
    expect(ok, output).to.equal(false);
    const command = remediesIn(output).find((one) => one.startsWith(start));
    expect(command, output).not.to.equal(undefined);
    const said = await typed(stack, command ?? "");
    expect(said.code, `${command}: ${said.output}`).to.equal(0);
  }

  const up = () => stack.up("--skip-preview");

  async function configure(key: string, value: string): Promise<void> {
    const words = ["config", "set", "--path", key, value, "--stack", stack.name];
    expect(await stack.pulumi(words)).to.include({ ok: true });
  }

  it("chooses a free port, keeps the files of a VOLUME and lets the image write where it does", async () => {
    await type("pulumi config set --path edge.port ", await up());
    const next = await up();
    expect(next.output).to.include("keeps files in /data (VOLUME)");
    await type("pulumi config set --path 'app.volumes[0].name' files && ", next);
    await type("pulumi config set --path 'app.writablePaths[0]' /srv/app", await up());
    await stack.mustUp();
    expect(await stack.route()).to.equal("blue:0:off");
  });

  it("lets both colors run as the user whose files they share", async () => {
    await configure("green.image", await buildWritingApp("v3", "1234"));
    await configure("green.count", "1");
    await type("pulumi config set --path app.user 65534:65534", await up());
    await stack.mustUp();
    const user = ["inspect", "--format", "{{.Config.User}}", stack.container("green", 1)];
    expect((await docker(...user)).trim()).to.equal("65534:65534");
  });

  it("removes a container of another stack that is in the way", async () => {
    const name = stack.container("green", 2);
    await docker("create", "--name", name, await buildWritingApp("v1"));
    await configure("green.count", "2");
    await type(`docker container rm ${name}`, await up());
    await stack.mustUp();
    expect(Object.keys(await stack.containers("green"))).to.include(name);
  });

  it("lets the color with the traffic change", async () => {
    const before = await stack.containers("blue");
    await configure("blue.image", await buildWritingApp("v2"));
    await type("pulumi config set allowLiveChange true", await up());
    await stack.mustUp();
    expect(await stack.containers("blue")).not.to.deep.equal(before);
  });

  it("names the folder of a service whose files are kept", async () => {
    const store = await buildStore();
    const image = await buildFrom("blue-green-store:two", `FROM ${store}\nVOLUME /other\n`);
    await configure("services.store.image", image);
    await configure("services.store.port", "6000");
    await type("pulumi config set --path services.store.volume /data", await up());
    await stack.mustUp();
  });

  it("frees the network of a stack that is destroyed", async () => {
    const guest = `${stack.name}-guest`;
    const network = `blue-green-${stack.name}`;
    await docker("run", "--detach", "--name", guest, "--network", network, await buildStore());
    const destroy = () => stack.pulumi(["destroy", "--yes", "--stack", stack.name]);
    try {
      await type(`docker network disconnect ${network} ${guest}`, await destroy());
    } finally {
      await docker("rm", "--force", "--volumes", guest);
    }
    expect(await destroy()).to.include({ ok: true });
  });
});
