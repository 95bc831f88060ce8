import { expect } from "chai";
import { instanceMetadata, observedInstances } from "../../../../components/openstack/instances.ts";

const server = (id: string, metadata: Record<string, string>) => ({
  ...{ id, metadata, flavor: { id: "b3-8" } },
});

const address = (floating: string, port_id: string | null, fixed = "10.20.0.5") => ({
  ...{ floating_ip_address: floating, port_id, fixed_ip_address: fixed },
});

describe("the instances of a stack", () => {
  const stack = "blue-green/prod";
  const servers = [
    server("s1", instanceMetadata(stack, "blue-1", "blue")),
    server("s2", instanceMetadata(stack, "edge-1", "edge")),
    server("s3", instanceMetadata("blue-green/other", "blue-1", "blue")),
    server("s4", {}),
  ];
  const ports = [
    { id: "p1", device_id: "s1" },
    { id: "p2", device_id: "s2" },
  ];

  it("are found by the stack name in their metadata, each with its color", () => {
    const floating = [address("203.0.113.8", null), address("203.0.113.9", "p1")];
    expect(observedInstances(stack, servers, ports, floating)).to.deep.equal([
      {
        ...{ id: "s1", hostName: "blue-1", publicAddress: "203.0.113.9", flavorId: "b3-8" },
        color: "blue",
      },
      { id: "s2", hostName: "edge-1", publicAddress: "", flavorId: "b3-8" },
    ]);
  });

  it("are incomplete when the cloud failed before their first boot", () => {
    const metadata = instanceMetadata(stack, "blue-1", "blue");
    const isUnmade = (status: string, launchedAt: string | null) => {
      const failed = { ...server("s1", metadata), status, "OS-SRV-USG:launched_at": launchedAt };
      return observedInstances(stack, [failed], [], [])[0]?.isUnmade ?? false;
    };
    expect(isUnmade("ERROR", null)).to.equal(true);
    expect(isUnmade("ERROR", "2026-01-15T16:02:11.000000")).to.equal(false);
    expect(isUnmade("BUILD", null)).to.equal(false);
  });

  it("are reached at the floating IP of their first address, not at the users' one", () => {
    const floating = [
      address("203.0.113.1", "p2", "10.20.0.9"),
      address("203.0.113.9", "p2", "10.20.0.3"),
    ];
    const [, edge] = observedInstances(stack, servers, ports, floating);
    expect(edge?.publicAddress).to.equal("203.0.113.9");
  });
});
