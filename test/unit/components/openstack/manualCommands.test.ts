import { expect } from "chai";
import {
  octaviaManualCommands,
  withoutRoute,
} from "../../../../components/openstack/manualCommands.ts";
import type { Route } from "../../../../lib/route.ts";

const PARTS = {
  balancer: "lb",
  listener: "users",
  pools: { blue: "b", green: "g", shared: "s" },
  policies: ["header"],
};
const members = { blue: 2, green: 2 };
const manualCommands = octaviaManualCommands("blue-green-prod", PARTS, { members });
const commands = (route: Partial<Route>) =>
  manualCommands
    .setRoute({ active: "blue", canaryWeight: 0, testers: false, ...route })
    .split(" && ");

describe("operating Octavia by hand", () => {
  it("switches it by its listener's default pool", () => {
    expect(commands({ active: "green" })).to.deep.equal([
      "openstack loadbalancer l7policy set --disable header",
      "openstack loadbalancer listener set --default-pool g users",
    ]);
  });

  it("sets a canary by the weights in the shared pool, and testers by rules", () => {
    expect(commands({ canaryWeight: 50, testers: true })).to.deep.equal([
      "(for each member blue-N) openstack loadbalancer member set --weight 1 s MEMBER",
      "(for each member green-N) openstack loadbalancer member set --weight 1 s MEMBER",
      "openstack loadbalancer l7policy set --enable --redirect-pool g header",
      "openstack loadbalancer listener set --default-pool s users",
    ]);
  });

  it("shows and recreates it by its name", () => {
    expect(withoutRoute("blue-green-prod").mend).to.include(
      "openstack loadbalancer failover blue-green-prod",
    );
  });
});
