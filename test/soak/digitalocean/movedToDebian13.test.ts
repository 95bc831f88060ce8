import { expect } from "chai";
import { RealMachines } from "../../../dev/emulators/digitalocean/realMachines.ts";
import { EDGE_12_TAGS, EDGE_TAG, EDGE_TAGS } from "../../../dev/setup/images.mjs";
import { startUsers, stopUsers } from "../../helpers/asking.ts";
import { CloudAccount } from "../../helpers/cloudStack.ts";
import { ensureDebian12 } from "../../helpers/debian12.ts";
import { createEdgeStack, SWITCH_STEPS } from "../../helpers/edgeStack.ts";
import { buildApp } from "../../helpers/images.ts";
import { docker, type StackConfig, type TestStack } from "../../helpers/testStack.ts";
import { expectUnharmed } from "../../helpers/traffic.ts";

const REGION = { region: "fra1" };
const DEBIAN_12: StackConfig = { digitalocean: { ...REGION, image: "debian-12-x64" } };

describe("a stack on Debian 12", function () {
  this.timeout(900_000);
  let account: CloudAccount;

  before(async () => {
    await ensureDebian12();
    account = await CloudAccount.open({
      machines: new RealMachines([...EDGE_12_TAGS, ...EDGE_TAGS]),
    });
  });
  afterEach(stopUsers);
  after(() => account.close());

  const inMachine = async (stack: TestStack, host: string, ...command: string[]) => {
    const found = (await account.droplets(stack)).find((droplet) => droplet.host === host);
    return docker("exec", `blue-green-${stack.name}-${host}-${found?.id}`, ...command);
  };

  /** For all its hosts: Debian, Docker, and the container's HAProxy. */
  async function versions(stack: TestStack, haproxy: Readonly<Record<string, string>>) {
    const seen = new Set<string>();
    for (const { host } of await account.droplets(stack)) {
      const run = (...command: string[]) => inMachine(stack, host, ...command);
      const debian = /^VERSION_ID="(\d+)"/m.exec(await run("cat", "/etc/os-release"))?.[1];
      const engine = /\d+/.exec(await run("docker", "version", "--format", "{{.Server.Version}}"));
      const container = haproxy[host];
      const told = container ? await run("docker", "exec", container, "haproxy", "-v") : "";
      const own = /version (\d+\.\d+)/.exec(told)?.[1];
      seen.add(`Debian ${debian}, Docker ${engine?.[0]}${own ? `, HAProxy ${own}` : ""}`);
    }
    return [...seen].sort();
  }

  /** Upgrades it under load; the preview names each host and keeps the public address. */
  async function move(stack: TestStack): Promise<void> {
    const address = String((await stack.outputs())["url"]);
    const hosts = (await account.droplets(stack)).map(({ host }) => host);
    const before = (await account.droplets(stack)).map(({ id }) => id);
    expect(await stack.previewSteps(), "before it is moved").to.deep.equal([]);
    await stack.set({ digitalocean: REGION });
    const steps = await stack.previewSteps();
    for (const host of hosts) expect(steps).to.include(`replace ${host}-host`);
    expect(steps.filter((step) => /^(replace|delete) balancer(-ip)?$/.test(step))).to.deep.equal(
      [],
    );
    const { output } = await stack.pulumi(["preview", "--diff", "--stack", stack.name]);
    expect(output).to.match(/image\s*: "debian-12-x64" => "debian-13-x64"/);
    const load = startUsers(address);
    await stack.mustUp();
    const report = await load.stop();
    console.log(`      ${report.total} requests, ${report.failedTotal} failed`);
    expectUnharmed(report, "blue");
    expect((await stack.outputs())["url"]).to.equal(address);
    const after = (await account.droplets(stack)).map(({ id }) => id);
    expect(after).to.have.lengthOf(hosts.length);
    expect(after.filter((id) => before.includes(id))).to.deep.equal([]);
    expect(await stack.previewSteps()).to.deep.equal([]);
  }

  it("upgrades to Debian 13 with two edges without a failed request, and then switches", async () => {
    const stack = await createEdgeStack(account, DEBIAN_12);
    await stack.mustUp();
    const edges = { "edge-1": stack.edge, "edge-2": stack.edge };
    expect(await versions(stack, edges)).to.deep.equal([
      "Debian 12, Docker 20",
      "Debian 12, Docker 20, HAProxy 2.6",
    ]);
    await move(stack);
    expect(await versions(stack, edges)).to.deep.equal([
      "Debian 13, Docker 26",
      "Debian 13, Docker 26, HAProxy 3.0",
    ]);
    // A real host builds its HAProxy image this way; these have it from the start.
    const build = `printf 'FROM ${EDGE_TAG}\\nENV MADE=here\\n' | docker build --tag made -`;
    await inMachine(stack, "edge-1", "sh", "-c", build);
    const load = startUsers(String((await stack.outputs())["url"]));
    await stack.set({ activeColor: "green" });
    expect(await stack.previewSteps()).to.deep.equal(SWITCH_STEPS);
    await stack.mustUp();
    expectUnharmed(await load.stop(), "blue", "green");
    await account.mustDestroy(stack);
  });

  it("upgrades with DigitalOcean's load balancer, including sidecars", async () => {
    const images = [await buildApp("v1"), await buildApp("v2")];
    const [blue, green] = await Promise.all(images.map((image) => account.push(image)));
    const stack = await account.createStack({
      ...DEBIAN_12,
      activeColor: "blue",
      blue: { image: blue, count: 2 },
      green: { image: green, count: 1 },
      app: { env: { SHUTDOWN_DELAY_SECONDS: "0" } },
    });
    await stack.mustUp();
    const hosts = ["blue-1", "blue-2", "green-1"];
    const sidecars = Object.fromEntries(
      hosts.map((host) => [host, `blue-green-${stack.name}-${host}-sidecar`]),
    );
    expect(await versions(stack, sidecars)).to.deep.equal(["Debian 12, Docker 20, HAProxy 2.6"]);
    await move(stack);
    expect(await versions(stack, sidecars)).to.deep.equal(["Debian 13, Docker 26, HAProxy 3.0"]);
    await account.mustDestroy(stack);
  });
});
