import { expect } from "chai";
import { dropletHoldings } from "../../../demo/cloud/dropletHoldings.ts";
import { holdingLines } from "../../../demo/cloud/holdings.ts";
import { instanceHoldings } from "../../../demo/cloud/instanceHoldings.ts";

const STACK = "demo";

function droplet(id: number, name: string, ...tags: string[]) {
  const own = [`host:${name}`, ...tags].map((tag) => `blue-green:demo:${tag}`);
  return {
    ...{ id, name: `blue-green-demo-${name}`, tags: ["blue-green:demo", ...own] },
    region: { slug: "fra1" },
    networks: { v4: [{ ip_address: `203.0.113.${id}`, type: "public" as const }] },
  };
}

describe("the shown contents of a DigitalOcean account", () => {
  const none = { droplets: [], balancers: [], firewalls: [], reservedIps: [] };

  it("include the tags that a switch uses, and where they route", () => {
    const lists = {
      ...none,
      droplets: [droplet(2, "green-1", "green"), droplet(1, "blue-1", "blue", "live", "ready")],
      balancers: [{ ip: "203.0.113.9", tag: "blue-green:demo:live", droplet_ids: [1] }],
      firewalls: [
        {
          name: "blue-green-demo-ready",
          tags: ["blue-green:demo:ready"],
          inbound_rules: [{ ports: "8404" }],
        },
        {
          name: "blue-green-demo-ssh",
          tags: ["blue-green:demo"],
          inbound_rules: [{ ports: "22" }],
        },
      ],
    };
    expect(holdingLines(dropletHoldings(lists, STACK))).to.deep.equal([
      "droplets       blue-1   203.0.113.1  tags blue, live, ready",
      "               green-1  203.0.113.2  tags green",
      "load balancer  203.0.113.9  sends requests to the tag live: blue-1",
      "firewalls      ready  opens 8404  on blue-1",
      "               ssh    opens 22    on blue-1, green-1",
    ]);
  });

  it("include the droplet that a reserved IP points to", () => {
    const reservedIps = [{ ip: "203.0.113.7", droplet: { id: 3 } }];
    const lists = { ...none, droplets: [droplet(3, "edge-1", "edge")], reservedIps };
    expect(holdingLines(dropletHoldings(lists, STACK))).to.deep.equal([
      "droplets     edge-1  203.0.113.3  tags edge",
      "reserved IP  203.0.113.7  points to edge-1",
    ]);
  });

  it("are empty when the stack is gone", () => {
    expect(holdingLines(dropletHoldings(none, STACK))).to.deep.equal(["nothing"]);
  });
});

describe("the shown contents of an OpenStack project", () => {
  const server = (id: string, ...groups: string[]) => ({
    ...{ id, name: `blue-green-demo-${id}`, status: "ACTIVE" },
    security_groups: groups.map((name) => ({ name: `blue-green-demo-${name}` })),
  });
  const member = (name: string, weight: number) => ({
    ...{ name, weight, operating_status: "ONLINE" },
    ...{ address: "10.20.0.5", protocol_port: 8000, subnet_id: null },
  });
  const loadbalancers = [{ id: "lb-1" }];
  const pool = (name: string, ...of: ReturnType<typeof member>[]) => ({
    ...{ id: `pool-${name}`, description: `blue-green: ${name}`, loadbalancers, of },
  });

  it("include the pool that the listener points to, and the members' weights", () => {
    const lists = {
      servers: [server("blue-1", "app", "ssh"), server("green-1", "app", "ssh")],
      ports: [{ id: "port-1", device_id: "blue-1" }],
      floatingIps: [
        { floating_ip_address: "203.0.113.1", port_id: "port-1", fixed_ip_address: null },
        { floating_ip_address: "203.0.113.9", port_id: "vip", fixed_ip_address: null },
      ],
      balancers: [{ id: "lb-1", vip_port_id: "vip", provisioning_status: "ACTIVE" }],
      listeners: [
        {
          ...{ id: "l1", description: "blue-green: preview", default_pool_id: "pool-green" },
          loadbalancers,
        },
        {
          ...{ id: "l2", description: "blue-green: users", default_pool_id: "pool-shared" },
          loadbalancers,
        },
      ],
      pools: [
        pool("shared", member("blue-1", 64), member("green-1", 256)),
        pool("blue", member("blue-1", 1)),
        pool("green", member("green-1", 1)),
      ],
    };
    expect(holdingLines(instanceHoldings(lists, STACK))).to.deep.equal([
      "instances        blue-1   ACTIVE  floating IP 203.0.113.1",
      "                 green-1  ACTIVE  floating IP none",
      "load balancer    ACTIVE  floating IP 203.0.113.9, its listener sends users to the pool shared",
      "its pools        blue    blue-1 ONLINE weight 1",
      "                 green   green-1 ONLINE weight 1",
      "                 shared  blue-1 ONLINE weight 64, green-1 ONLINE weight 256",
      "security groups  app  of blue-1, green-1",
      "                 ssh  of blue-1, green-1",
    ]);
  });
});
