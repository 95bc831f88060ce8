import { expect } from "chai";
import {
  balancerQuotas,
  computeQuotas,
  networkQuotas,
} from "../../../../components/openstack/quotas.ts";

describe("the quotas of a project", () => {
  it("include Nova's, except unlimited ones", () => {
    const absolute = {
      ...{ maxTotalInstances: 20, maxTotalCores: -1, maxTotalRAMSize: 40960 },
      ...{ totalInstancesUsed: 3, totalCoresUsed: 6, totalRAMUsed: 24000 },
    };
    expect(computeQuotas(absolute)).to.deep.equal({
      instances: { limit: 20, used: 3 },
      "MB of memory": { limit: 40960, used: 24000 },
    });
  });

  it("include those that Neutron reports", () => {
    const quota = { port: { limit: 200, used: 12 }, floatingip: { limit: -1, used: 1 } };
    expect(networkQuotas(quota)).to.deep.equal({ ports: { limit: 200, used: 12 } });
  });

  it("include Octavia's, also under the older name", () => {
    const found = { "load balancers": { limit: 2, used: 1 } };
    expect(balancerQuotas({ load_balancer: 2 }, 1)).to.deep.equal(found);
    expect(balancerQuotas({ loadbalancer: 2 }, 1)).to.deep.equal(found);
    expect(balancerQuotas({ load_balancer: null }, 1)).to.deep.equal({});
    expect(balancerQuotas({ load_balancer: -1 }, 1)).to.deep.equal({});
  });
});
