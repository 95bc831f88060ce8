import { expect } from "chai";
import { atTerminal, bluegreen, startBluegreen } from "../helpers/bluegreen.ts";
import { buildApp } from "../helpers/images.ts";
import { askStore, buildStore } from "../helpers/storeImage.ts";
import { docker, TestStack } from "../helpers/testStack.ts";

describe("a service beside both colors", () => {
  let stack: TestStack;
  let store: { image: string; port: number };

  before(async () => {
    store = { image: await buildStore(), port: 6000 };
    stack = await TestStack.create({
      activeColor: "blue",
      blue: { image: await buildApp("v1"), count: 1 },
      app: { env: { SHUTDOWN_DELAY_SECONDS: "0" } },
      services: { store },
    });
    await stack.mustUp();
  });
  after(() => stack.remove());

  const container = () => `blue-green-${stack.name}-service-store`;

  /** As the app would: by the service's name. */
  function ask(text: string): Promise<string> {
    return docker("exec", stack.container("blue", 1), ...askStore(text));
  }

  it("is there before the app, which reaches it by its name, and this machine by another", async () => {
    expect(await ask("SET kept")).to.equal("kept");
    const host = ["getent", "hosts", "host.docker.internal"];
    expect(await docker("exec", stack.container("blue", 1), ...host)).to.match(/^[\d.]+ /);
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("is in the status and the outputs", async () => {
    const status = async () => (await bluegreen(stack, "status")).output;
    expect(await status()).to.match(/^store +\S+ runs$/m);
    expect((await stack.outputs())["services"]).to.deep.include({
      store: {
        ...{ image: store.image, address: "store:6000", container: container() },
        digest: await docker("image", "inspect", "--format", "{{.Id}}", store.image).then((id) =>
          id.trim(),
        ),
      },
    });
    await docker("stop", "--time", "1", container());
    expect(await status()).to.contain(
      `services.store: its container does not run (docker logs ${container()}). Start it: docker start ${container()}`,
    );
    await docker("start", container());
  });

  it("is reached by its name, with the command's input, output and exit code", async () => {
    const script = 'cat; echo " $HOSTNAME"; exit 5';
    const words = ["exec", "--service", "store", "--", "sh", "-c", script];
    const child = await startBluegreen(stack, words, { input: "a\0b" });
    expect(child).to.include({ exitCode: 5, stdout: "a\0b store" });
    const screen = atTerminal(stack, "exec", "--service", "store", "--", "sh", "-c", "tty; exit 6");
    screen.stdin.end();
    expect(await screen).to.include({ exitCode: 6 });
    expect((await screen).stdout).to.match(/\/dev\/pts\/\d+/);
  });

  it("shows its log, and is not mistaken for another one", async () => {
    const write = ["sh", "-c", "echo marked >/proc/1/fd/1"];
    await bluegreen(stack, "exec", "--service", "store", "--", ...write);
    const { code, output } = await bluegreen(stack, "logs", "--service", "store");
    expect({ code, output }).to.have.property("code", 0);
    expect(output).to.match(/^store {2}\S+Z {2}marked$/m);
    for (const command of [["logs"], ["exec", "--", "true"]]) {
      const [name = "", ...rest] = command;
      const wrong = await bluegreen(stack, name, "--service", "stor", ...rest);
      expect(wrong.code).to.equal(2);
      expect(wrong.output).to.contain('--service: must be one of store, got "stor"');
    }
  });

  it("says how to start it while it does not run, and that starts it", async () => {
    await docker("stop", "--time", "1", container());
    const exec = () => bluegreen(stack, "exec", "--service", "store", "--", "true");
    const { code, output } = await exec();
    expect(code).to.equal(1);
    const [, remedy = ""] = /Start it: docker (.*)$/m.exec(output) ?? [];
    await docker(...remedy.split(" "));
    expect(await exec()).to.include({ code: 0 });
  });

  it("keeps its files through a change, which leaves the app alone", async () => {
    const app = await stack.containers("blue");
    await stack.set({ services: { store: { ...store, memoryMb: 128 } } });
    expect(await stack.previewSteps()).to.deep.equal(["update service-store"]);
    await stack.mustUp();
    expect(await ask("GET")).to.equal("kept");
    expect(await stack.containers("blue")).to.deep.equal(app);
  });

  it("runs as before after a change that it does not survive", async () => {
    await stack.set({ services: { store: { ...store, env: { BROKEN: "1" } } } });
    const { ok, output } = await stack.up("--skip-preview");
    expect(ok, output).to.equal(false);
    expect(output).to.match(/services\.store: its container exited.*that ran before is back/s);
    expect(output).to.contain("the files are of another version");
    expect(await ask("GET")).to.equal("kept");
  });

  it("is not changed by a release", async () => {
    const image = await buildApp("v2");
    const { code, output } = await bluegreen(stack, "release", "--image", image, "--yes");
    expect(code, output).to.equal(3);
    expect(output).to.contain("a release changes no service, but services.store differs");
  });

  it("leaves its files when the stack is destroyed, with containers of others named", async () => {
    const guest = `${stack.name}-guest`;
    const network = `blue-green-${stack.name}`;
    await docker("run", "--detach", "--name", guest, "--network", network, store.image);
    const destroy = () => stack.pulumi(["destroy", "--yes", "--stack", stack.name]);
    try {
      const refused = await destroy();
      expect(refused.ok, refused.output).to.equal(false);
      expect(refused.output).to.contain(`docker network disconnect ${network} ${guest}`);
    } finally {
      await docker("rm", "--force", "--volumes", guest);
    }
    const { ok, output } = await destroy();
    expect(ok, output).to.equal(true);
    expect(await stack.leftovers()).to.deep.equal([`volume ${container()}`]);
  });
});
