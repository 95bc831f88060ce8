import { expect } from "chai";
import { stackNames } from "../../../../lib/naming.ts";
import { instanceMetadata } from "../../../../components/openstack/instances.ts";
import { ovhTarget } from "../../../../components/openstack/ovhTarget.ts";
import { pathOf, projectAnswers, SERVER } from "../../../helpers/openStackProject.ts";
import { json, OpenStackServer } from "../../../helpers/openStackServer.ts";
import { settingsFrom } from "../../../helpers/settings.ts";

const NAMES = stackNames("blue-green", "prod");
const edge = (hostName: string) => ({
  ...{ id: `id of ${hostName}`, metadata: instanceMetadata(NAMES.stack, hostName, "edge") },
  flavor: SERVER.flavor,
});

describe("the target ovh", () => {
  let server: OpenStackServer;
  let answers: Record<string, unknown>;

  beforeEach(async () => {
    answers = projectAnswers();
    // No host is contacted over SSH.
    answers["GRA/network/v2.0/floatingips"] = { floatingips: [] };
    server = await OpenStackServer.start((call) => {
      const path = pathOf(call);
      return json(path in answers ? 200 : 404, answers[path] ?? { message: "not here" });
    });
  });
  afterEach(() => server.stop());

  function target(config: Readonly<Record<string, unknown>>) {
    const settings = settingsFrom(
      {
        ...{ target: "ovh", activeColor: "blue", blue: { image: "app:v1" } },
        ...{ ovh: { region: "GRA" }, ...config },
        ssh: { secret: "s".repeat(32), allowedCidrs: ["198.51.100.0/24"] },
      },
      ["ssh"],
      { ...server.account },
    );
    return ovhTarget(settings, NAMES);
  }

  async function refusal(config: Readonly<Record<string, unknown>>): Promise<string> {
    const looking = target(config);
    const error: unknown = await looking
      .preflight(await looking.observe())
      .catch((reason: unknown) => reason);
    return error === undefined ? "" : (error as Error).message;
  }

  it("passes for a first up, and for one that finds its own hosts", async () => {
    expect(await refusal({})).to.equal("");
    answers["GRA/compute/servers/detail"] = { servers: [] };
    expect(await refusal({})).to.equal("");
    expect(await refusal({ balancer: "edge" })).to.equal("");
  });

  it("warns of a host that does not answer, and says how to replace it", async () => {
    const { warnings = [] } = await target({}).observe();
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.match(/^blue-1: the host has no address yet\./);
    expect(warnings[0]).to.include("openstack server delete --wait s1");
  });

  it("reports everything that is missing in one message", async () => {
    const ovh = { region: "GRA", flavor: "m1", image: "Debian 11" };
    const lines = (await refusal({ ovh, blue: { image: "app:v1", count: 30 } })).split("\n");
    expect(lines.map((line) => line.split(":")[0])).to.deep.equal([
      "ovh.flavor",
      "ovh.image",
      "The project may have 20 instances in GRA and has 1; this stack needs 30 more. Lower blue.count or green.count, remove unused ones, or ask the vendor for a higher quota.",
    ]);
  });

  it("keeps the kind of balancer, even if one of its hosts exists twice", async () => {
    const servers = [SERVER, edge("edge-1"), edge("edge-2"), edge("edge-2")];
    answers["GRA/compute/servers/detail"] = { servers };
    expect(await refusal({ balancer: "edge" })).to.equal("");
    expect(await refusal({})).to.match(/^balancer: must stay edge, got "managed": users would/);
  });

  it("accepts a change of the edge count, even if one edge is lost", async () => {
    answers["GRA/compute/servers/detail"] = { servers: [SERVER, edge("edge-1")] };
    expect(await refusal({ balancer: "edge", edge: { hosts: 2 } })).to.equal("");
    expect(await refusal({ balancer: "edge", edge: { hosts: 1 } })).to.equal("");
  });

  it("keeps the region", async () => {
    answers["SBG/compute/servers/detail"] = { servers: [SERVER] };
    answers["GRA/compute/servers/detail"] = { servers: [] };
    expect(await refusal({})).to.match(/^ovh.region: must stay SBG, got "GRA": users would/);
  });
});
