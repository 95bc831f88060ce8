import { connect } from "node:net";
import { expect } from "chai";
import { startUsers, stopUsers } from "../helpers/asking.ts";
import { bluegreen, startBluegreen } from "../helpers/bluegreen.ts";
import { CloudAccount } from "../helpers/cloudStack.ts";
import { buildApp } from "../helpers/images.ts";
import { askStore, buildStore } from "../helpers/storeImage.ts";
import type { TestStack } from "../helpers/testStack.ts";
import { expectUnharmed } from "../helpers/traffic.ts";

const LOGIN = { user: "ann", password: "registry-4711" };

function canConnect(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 3000 });
    const end = (isOpen: boolean) => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once("connect", () => end(true));
    socket.once("timeout", () => end(false));
    socket.once("error", () => end(false));
  });
}

describe("droplets behind DigitalOcean's load balancer", function () {
  this.timeout(600_000);
  let account: CloudAccount;
  let stack: TestStack;

  before(async () => {
    account = await CloudAccount.open({}, LOGIN);
    const [v1, v2] = [await buildApp("v1"), await buildApp("v2")];
    stack = await account.createStack({
      activeColor: "blue",
      blue: { image: await account.push(v1), count: 1 },
      green: { image: await account.push(v2), count: 1 },
      registry: { server: account.registryServer, username: LOGIN.user },
      services: { store: { image: await account.push(await buildStore()), port: 6000 } },
    });
    await stack.setSecret("registry", "password", LOGIN.password);
  });
  afterEach(stopUsers);
  after(() => account.close());

  async function url(): Promise<string> {
    return String((await stack.outputs())["url"]);
  }

  async function liveHosts(): Promise<string[]> {
    const droplets = await account.droplets(stack);
    return droplets.filter(({ isLive }) => isLive).map(({ host }) => host);
  }

  /** As the app would, by the service's name. */
  async function ask(command: "exec" | "run", text: string): Promise<string> {
    const { all } = await startBluegreen(stack, [command, "--", ...askStore(text)]);
    return all.trim();
  }

  it("come up with the active color serving and then need no changes", async () => {
    await stack.mustUp();
    const outputs = await stack.outputs();
    expect(outputs).to.include({ activeColor: "blue", idleColor: "green", monthlyCost: 30 });
    const answer = await fetch(String(outputs["url"]));
    expect(answer.status).to.equal(200);
    expect(answer.headers.get("x-color")).to.equal("blue");
    expect(await liveHosts()).to.deep.equal(["blue-1"]);
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("change nothing for another login of the registry, which is in no state", async () => {
    // As of a registry whose logins end after hours.
    await stack.setSecret("registry", "password", "another-4711");
    expect(await stack.previewSteps()).to.deep.equal([]);
    const words = ["stack", "export", "--show-secrets", "--stack", stack.name];
    const { output } = await stack.pulumi(words);
    expect(output).to.include("blue-image").and.not.include(LOGIN.password);
  });

  it("reach a service by its name, which nobody else does", async () => {
    expect(await ask("exec", "SET kept")).to.equal("kept");
    const { output } = await bluegreen(stack, "status");
    expect(output).to.match(/^store +\S+ runs$/m);
    const [services] = (await account.droplets(stack)).filter(({ host }) => host === "services");
    for (const address of [services?.publicAddress, services?.privateAddress]) {
      expect(await canConnect(String(address), 6000), address).to.equal(false);
    }
  });

  it("switch under load without a failure", async () => {
    const load = startUsers(await url());
    await stack.set({ activeColor: "green" });
    const steps = ["create gate-green-1", "delete gate-blue-1", "update balancer-route"];
    expect(await stack.previewSteps()).to.deep.equal(steps);
    await stack.mustUp();
    expectUnharmed(await load.stop(), "blue", "green");
    expect((await fetch(await url())).headers.get("x-color")).to.equal("green");
    expect(await liveHosts()).to.deep.equal(["green-1"]);
    expect(await ask("run", "GET")).to.equal("kept");
  });

  it("leave the account empty when destroyed, but not before that of the services is unprotected", async () => {
    const { ok, output } = await stack.pulumi(["destroy", "--yes", "--stack", stack.name]);
    expect(ok, output).to.equal(false);
    expect(output).to.match(/services-host.*protected/s);
    expect(await account.droplets(stack)).to.have.length(3);
    await stack.pulumi(["state", "unprotect", "--all", "--yes", "--stack", stack.name]);
    await account.mustDestroy(stack);
  });

  it("send only requests that match the vendor's description", () => {
    expect(account.cloud.violations).to.deep.equal([]);
  });
});
