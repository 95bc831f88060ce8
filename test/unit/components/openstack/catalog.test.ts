import { expect } from "chai";
import { type Catalog, endpointOf, regionsWith } from "../../../../components/openstack/catalog.ts";

const endpoint = (region: string, url: string, access = "public") => ({
  ...{ interface: access, region, url },
});
const CATALOG: Catalog = [
  {
    type: "compute",
    endpoints: [
      endpoint("SBG5", "https://compute.sbg5.example.com/v2.1/p1"),
      endpoint("GRA11", "https://inside.example.com/v2.1", "internal"),
      endpoint("GRA11", "https://compute.gra11.example.com/v2.1/p1/"),
    ],
  },
  { type: "network", endpoints: [endpoint("GRA11", "https://network.gra11.example.com/")] },
  { type: "image", endpoints: [endpoint("GRA11", "https://image.gra11.example.com/v2")] },
];

describe("a catalog of services", () => {
  it("has the public endpoint of a region, with the version it omits", () => {
    const url = (service: Parameters<typeof endpointOf>[1]) =>
      endpointOf(CATALOG, service, "GRA11");
    expect(url("compute")).to.equal("https://compute.gra11.example.com/v2.1/p1");
    expect(url("network")).to.equal("https://network.gra11.example.com/v2.0");
    expect(url("image")).to.equal("https://image.gra11.example.com/v2");
    expect(url("load-balancer")).to.equal(undefined);
    expect(endpointOf(CATALOG, "network", "SBG5")).to.equal(undefined);
  });

  it("lists the regions of a service", () => {
    expect(regionsWith(CATALOG, "compute")).to.deep.equal(["GRA11", "SBG5"]);
    expect(regionsWith(CATALOG, "load-balancer")).to.deep.equal([]);
  });
});
