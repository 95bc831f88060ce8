import { expect } from "chai";
import { eventually, pause, startUsers, stopUsers } from "../../helpers/asking.ts";
import { CloudAccount } from "../../helpers/cloudStack.ts";
import { createEdgeStack, SWITCH_STEPS } from "../../helpers/edgeStack.ts";
import { killUp, recover } from "../../helpers/interruption.ts";
import { docker, type TestStack } from "../../helpers/testStack.ts";
import { expectUnharmed } from "../../helpers/traffic.ts";

/** 203.0.113.0/24 is reserved for documentation: no host has an address in it. */
const preview = { allowedCidrs: ["172.16.0.0/12", "192.168.0.0/16", "203.0.113.0/24"] };

describe("an edge on two droplets", function () {
  this.timeout(600_000);
  let account: CloudAccount;
  let stack: TestStack;

  before(async () => {
    account = await CloudAccount.open();
    stack = await createEdgeStack(account, { preview });
  });
  afterEach(stopUsers);
  after(() => account.close());

  const output = async (name: string) => String((await stack.outputs())[name]);
  const colorAt = async (url: string, headers: Record<string, string> = {}) =>
    (await fetch(url, { headers })).headers.get("x-color");

  /** The machine of an edge. */
  async function edgeMachine(host: string): Promise<{ id: number; container: string }> {
    const found = (await account.droplets(stack)).find((droplet) => droplet.host === host);
    if (!found) throw new Error(`no droplet ${host}`);
    return { id: found.id, container: `blue-green-${stack.name}-${host}-${found.id}` };
  }

  async function routeOf(host: string): Promise<string | undefined> {
    const { container } = await edgeMachine(host);
    const show = ["docker", "exec", stack.edge, "sh", "/edge/show-route"];
    return /^real=(.*)$/m.exec(await docker("exec", container, ...show))?.[1];
  }

  it("comes up with the active color serving and then needs no changes", async () => {
    await stack.mustUp();
    expect(await colorAt(await output("url"))).to.equal("blue");
    expect(await colorAt(await output("previewUrl"))).to.equal("green");
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("switches both edges without a failed request", async () => {
    const load = startUsers(await output("url"));
    await stack.set({ activeColor: "green" });
    expect(await stack.previewSteps()).to.deep.equal(SWITCH_STEPS);
    await stack.mustUp();
    expectUnharmed(await load.stop(), "blue", "green");
    expect([await routeOf("edge-1"), await routeOf("edge-2")]).to.deep.equal([
      "green:0:off",
      "green:0:off",
    ]);
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("sends a canary its share, and testers to the color they ask for", async () => {
    const url = await output("url");
    const load = startUsers(url);
    await stack.set({ canary: { weight: 20 } });
    await stack.mustUp();
    const answers = await Promise.all(Array.from({ length: 400 }, () => colorAt(url)));
    const share = answers.filter((color) => color === "blue").length / answers.length;
    // 20 % of 400: six standard deviations.
    expect(share).to.be.within(0.08, 0.32);
    const testers = Array.from({ length: 50 }, () => colorAt(url, { "x-canary": "true" }));
    expect(new Set(await Promise.all(testers))).to.deep.equal(new Set(["blue"]));
    await stack.set({ canary: undefined });
    await stack.mustUp();
    expectUnharmed(await load.stop(), "blue", "green");
    expect(await colorAt(url, { "x-canary": "true" })).to.equal("green");
  });

  it("restores one edge when the other rejects the route", async () => {
    const load = startUsers(await output("url"));
    const { container } = await edgeMachine("edge-2");
    const breakIt = `docker exec ${stack.edge} sh -c 'mv /edge/set-route /edge/set-route.kept && echo "exit 9" >/edge/set-route'`;
    await docker("exec", container, "sh", "-c", breakIt);
    await stack.set({ activeColor: "blue" });
    const failed = await stack.up("--skip-preview");
    expect(failed.ok).to.equal(false);
    expect(failed.output).to.include("edge-2: set-route ended with code 9");
    expect([await routeOf("edge-1"), await routeOf("edge-2")]).to.deep.equal([
      "green:0:off",
      "green:0:off",
    ]);
    const mend = `docker exec ${stack.edge} mv /edge/set-route.kept /edge/set-route`;
    await docker("exec", container, "sh", "-c", mend);
    await stack.mustUp();
    expectUnharmed(await load.stop(), "blue", "green");
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("recovers from an up that was killed in the middle of a switch", async () => {
    for (const [delayMs, to] of [
      [300, "green"],
      [900, "blue"],
    ] as const) {
      const load = startUsers(await output("url"));
      await stack.set({ activeColor: to });
      await killUp(stack, { resource: "balancer-route", delayMs });
      await recover(stack);
      expectUnharmed(await load.stop(), "blue", "green");
      expect(await colorAt(await output("url"))).to.equal(to);
      expect(await stack.previewSteps()).to.deep.equal([]);
    }
  });

  it("stops when an edge was changed by hand", async () => {
    const { container } = await edgeMachine("edge-2");
    const set = (entry: string) =>
      docker(
        ...["exec", container, "docker", "exec", stack.edge, "sh", "-c"],
        `echo 'set map /edge/route.map route ${entry}' | socat - UNIX-CONNECT:/run/haproxy/admin.sock`,
      );
    await set("green:0:off");
    const { ok, output: said } = await stack.preview();
    expect(ok).to.equal(false);
    expect(said).to.include("The balancer's route was changed outside this program");
    expect(said).to.match(/ssh deploy@[\d.]+ docker exec \S+ sh \/edge\/set-route blue && ssh/);
    await set("blue:0:off");
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("gets larger edges, and then another preview port on each, without a failed request", async () => {
    const edges = async () =>
      (await account.droplets(stack)).filter(({ host }) => host.startsWith("edge-"));
    const before = await edges();
    const load = startUsers(await output("url"));
    await stack.set({ edge: { size: "s-2vcpu-2gb" } });
    await stack.mustUp();
    const after = await edges();
    expect(after.map(({ host }) => host).sort()).to.deep.equal(["edge-1", "edge-2"]);
    for (const { id } of before) expect(after.map((edge) => edge.id)).not.to.include(id);
    await stack.set({ edge: { size: "s-2vcpu-2gb", previewPort: 8181 } });
    await stack.mustUp();
    expect(await output("previewUrl")).to.match(/:8181$/);
    expect(await colorAt(await output("previewUrl"))).to.equal("green");
    expectUnharmed(await load.stop(), "blue");
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("keeps serving when an edge is lost, and restores it with the route", async () => {
    const { id } = await edgeMachine("edge-2");
    await account.cloud.faults.vanish(id);
    const url = await output("url");
    // Two health checks, three seconds apart.
    await pause(10_000);
    await eventually("the other edge serves", async () => (await fetch(url)).ok, Boolean);
    const load = startUsers(url);
    const { output: said } = await stack.preview();
    expect(said).to.include(`doctl compute droplet delete ${id}`);
    await account.deleteDroplet(id);
    await stack.mustUp("--refresh");
    // Two passing health checks, after which it gets requests too.
    await pause(10_000);
    expectUnharmed(await load.stop(), "blue");
    expect(await routeOf("edge-2")).to.equal("blue:0:off");
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("leaves the account empty when destroyed", async () => {
    await account.mustDestroy(stack);
  });

  it("sends only requests that match the vendor's description", () => {
    expect(account.cloud.violations).to.deep.equal([]);
  });
});

describe("an edge on one droplet", function () {
  this.timeout(600_000);
  let account: CloudAccount;
  let stack: TestStack;

  before(async () => {
    account = await CloudAccount.open();
    stack = await createEdgeStack(account, { edge: { hosts: 1 } });
  });
  afterEach(stopUsers);
  after(() => account.close());

  const url = async () => String((await stack.outputs())["url"]);

  it("is reached through a reserved IP and switches without a failed request", async () => {
    await stack.mustUp();
    const [reserved] = await account.list<{ ip: string }>("reserved_ips");
    expect(await url()).to.equal(`http://${reserved?.ip}`);
    const load = startUsers(await url());
    await stack.set({ activeColor: "green" });
    expect(await stack.previewSteps()).to.deep.equal(SWITCH_STEPS);
    await stack.mustUp();
    expectUnharmed(await load.stop(), "blue", "green");
    expect((await fetch(await url())).headers.get("x-color")).to.equal("green");
  });

  it("interrupts users only briefly when it is resized or its preview port changes", async () => {
    const address = await url();
    for (const edge of [{ size: "s-2vcpu-2gb" }, { size: "s-2vcpu-2gb", previewPort: 8181 }]) {
      const load = startUsers(address);
      await stack.set({ edge: { hosts: 1, ...edge } });
      await stack.mustUp();
      await eventually("users are served", async () => (await fetch(address)).ok, Boolean);
      const report = await load.stop();
      const failed = `${report.total} requests, ${report.failedTotal} failed`;
      console.log(`      ${failed}, longest gap ${Math.round(report.longestGap())} ms`);
      expect(Object.keys(report.byColor)).to.deep.equal(["green"]);
      expect(await url()).to.equal(address);
      expect(await stack.previewSteps()).to.deep.equal([]);
    }
  });

  it("is rebuilt on a new droplet with its address and route", async () => {
    const before = await url();
    const lost = (await account.droplets(stack)).find(({ host }) => host === "edge-1");
    await account.deleteDroplet(lost?.id ?? 0);
    await stack.mustUp("--refresh");
    expect(await url()).to.equal(before);
    expect((await fetch(before)).headers.get("x-color")).to.equal("green");
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("leaves the account empty when destroyed", async () => {
    await account.mustDestroy(stack);
  });
});
