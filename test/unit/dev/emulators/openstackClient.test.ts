import { expect } from "chai";
import { Project } from "./openstackProject.ts";

describe("a client of the emulated OpenStack", () => {
  let project: Project;
  beforeEach(async () => (project = await Project.open()));
  afterEach(() => project.close());

  it("lists the resources at a path, with details and with a query", async () => {
    const { networkId } = await project.site();
    const id = await project.server({ networks: [{ uuid: networkId }] });
    const servers = await project.list<{ id: string; name: string }>(
      "/compute/v2.1/servers/detail",
    );
    expect(servers.map((one) => [one.id, one.name])).to.deep.equal([[id, "web-1"]]);
    const ports = await project.list<{ device_id: string }>(`/network/v2.0/ports?device_id=${id}`);
    expect(ports.map(({ device_id }) => device_id)).to.deep.equal([id]);
  });

  it("reports an answer that is not a list", async () => {
    const error = await project
      .list("/network/v2.0/networks/00000000-0000-4000-8000-000000000000")
      .catch(String);
    expect(error).to.match(/GET \/network\/v2.0\/networks\/0.*: 404/);
  });
});
