import { expect } from "chai";
import { startUsers, stopUsers } from "../../helpers/asking.ts";
import { CloudAccount } from "../../helpers/cloudStack.ts";
import { buildApp } from "../../helpers/images.ts";
import type { TestStack } from "../../helpers/testStack.ts";
import { expectUnharmed } from "../../helpers/traffic.ts";

const PROJECT = "shop";
const CREATE = { method: "POST", path: "/v2/droplets" } as const;

describe("droplets that cannot be created", function () {
  this.timeout(1_800_000);
  let account: CloudAccount;
  let stack: TestStack;
  let blue: object;
  let green: object;

  before(async () => {
    account = await CloudAccount.open();
    blue = { image: await account.push(await buildApp("v1")), count: 1 };
    green = { image: await account.push(await buildApp("v2")), count: 1 };
    stack = await account.createStack({
      digitalocean: { region: "fra1", project: PROJECT },
      activeColor: "blue",
      blue,
      green,
    });
  });
  afterEach(() => {
    account?.cloud.faults.clear();
    return stopUsers();
  });
  after(() => account?.close());

  const url = async () => String((await stack.outputs())["url"]);
  const hosts = async () => (await account.droplets(stack)).map(({ host }) => host);

  /** Droplets in the account that the stack does not know. */
  async function orphans(): Promise<number[]> {
    const { output } = await stack.pulumi(["stack", "export", "--stack", stack.name]);
    const { deployment } = JSON.parse(output) as {
      deployment: { resources: { type: string; id?: string }[] };
    };
    const known = deployment.resources
      .filter(({ type }) => type === "digitalocean:index/droplet:Droplet")
      .map(({ id }) => Number(id));
    const all = (await account.list<{ id: number }>("droplets")).map(({ id }) => id);
    return all.filter((id) => !known.includes(id));
  }

  it("fail a first deploy with the API's message, and the next up creates them", async () => {
    account.cloud.faults.inject({ ...CREATE, how: 422 });
    const { ok, output } = await stack.up("--skip-preview");
    expect(ok).to.equal(false);
    expect(output).to.include("Error creating droplet");
    expect(output).to.include("422");
    await stack.mustUp();
    expect(await hosts()).to.deep.equal(["blue-1", "green-1"]);
    expect(await orphans()).to.deep.equal([]);
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("fail a pool's growth while the app keeps serving, and the next up creates them", async () => {
    const load = startUsers(await url());
    account.cloud.faults.inject({ ...CREATE, how: 500, times: 10 });
    await stack.set({ green: { ...green, count: 2 } });
    const { ok, output } = await stack.up("--skip-preview");
    expect(ok).to.equal(false);
    expect(output).to.include("Error creating droplet");
    expect(output).to.include("500");
    account.cloud.faults.clear();
    await stack.mustUp();
    expectUnharmed(await load.stop(), "blue");
    expect(await hosts()).to.deep.equal(["blue-1", "green-1", "green-2"]);
    expect(await orphans()).to.deep.equal([]);
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("are named when the API creates one twice", async () => {
    account.cloud.faults.inject({ ...CREATE, how: 500, when: "after" });
    await stack.set({ green: { ...green, count: 3 } });
    await stack.mustUp();
    const [orphan, ...more] = await orphans();
    expect(more).to.deep.equal([]);
    const { output } = await stack.preview();
    expect(output).to.match(new RegExp(`2 droplets for green-3: .*\\b${orphan}\\b`));
    await account.deleteDroplet(orphan ?? 0);
    await stack.set({ green });
    await stack.mustUp();
    expect(await hosts()).to.deep.equal(["blue-1", "green-1"]);
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("fail the up that times out on them, and the next one says what to do", async () => {
    const load = startUsers(await url());
    account.cloud.faults.failDroplets("errored");
    account.cloud.faults.failDroplets("stuck");
    await stack.set({ blue: { ...blue, count: 2 }, green: { ...green, count: 2 } });
    const { ok, output } = await stack.up("--skip-preview");
    expect(ok).to.equal(false);
    expect(output).to.match(/Error waiting for droplet \(\d+\) to become ready/);
    const broken = (await account.droplets(stack)).filter(({ host }) => host.endsWith("2"));
    expect(broken).to.have.length(2);
    const preview = await stack.preview();
    for (const { id } of broken) {
      expect(preview.output).to.include(`doctl compute droplet delete ${id}`);
      await account.deleteDroplet(id);
    }
    await stack.mustUp("--refresh");
    expectUnharmed(await load.stop(), "blue");
    expect(await hosts()).to.deep.equal(["blue-1", "blue-2", "green-1", "green-2"]);
    expect(await orphans()).to.deep.equal([]);
    expect(await stack.previewSteps()).to.deep.equal([]);
  });

  it("are placed in the configured project and leave no trace in it", async () => {
    interface Project {
      readonly id: string;
      readonly name: string;
      readonly is_default: boolean;
      readonly updated_at: string;
    }
    const before = await account.list<Project>("projects");
    const own = before.find(({ name }) => name === PROJECT);
    const members = await account.list<{ urn: string }>(`projects/${own?.id}/resources`);
    expect(members.map(({ urn }) => urn.split(":")[1]).sort()).to.deep.equal(
      ["droplet", "droplet", "droplet", "droplet", "loadbalancer"].sort(),
    );
    const { ok, output } = await stack.pulumi(["destroy", "--yes", "--stack", stack.name]);
    expect(ok, output).to.equal(true);
    const left = before.filter((project) => project.is_default);
    expect(await account.list<Project>("projects")).to.deep.equal(left);
    for (const kind of ["droplets", "load_balancers", "firewalls", "tags"]) {
      expect(await account.list(kind), kind).to.deep.equal([]);
    }
    const vpcs = await account.list<{ default: boolean }>("vpcs");
    expect(vpcs.filter((one) => !one.default)).to.deep.equal([]);
  });

  it("cause only requests that match the vendor's description", () => {
    expect(account.cloud.violations).to.deep.equal([]);
  });
});
