import { expect } from "chai";
import type { PortRule } from "../../../../dev/emulators/openstack/index.ts";
import { CLOSED, portTables } from "../../../../dev/emulators/openstack/plane/portTables.ts";

const SSH: PortRule = { direction: "in", protocol: "tcp", ports: "22", peers: ["192.0.2.0/24"] };
const PEERS: PortRule = {
  ...{ direction: "in", protocol: "all", ports: "all" },
  peers: ["10.0.0.5/32", "10.0.0.6/32"],
};
const OUT: PortRule = {
  ...{ direction: "out", protocol: "udp", ports: "50-60" },
  peers: ["198.51.100.0/24"],
};

const ANSWERS = "-m conntrack --ctstate RELATED,ESTABLISHED";

describe("the tables of an emulated instance's ports", () => {
  it("block what no rule allows", () => {
    expect(rulesOf(CLOSED)).to.deep.equal([
      "-A PREROUTING -i eth+ -j IN",
      "-A POSTROUTING -o eth+ -j OUT",
      `-A IN ${ANSWERS} --ctdir REPLY -j ACCEPT`,
      "-A IN -j DROP",
      `-A OUT ${ANSWERS} -j ACCEPT`,
      "-A OUT -j DROP",
    ]);
  });

  it("admit a floating IP wherever its fixed address is, and each peer separately", () => {
    const firewalls = [{ address: "10.0.0.5", rules: [SSH, PEERS, OUT] }];
    const tables = portTables(firewalls, new Map([["203.0.113.9", "10.0.0.5"]]));
    const into = (receiver: string) => [
      `-A IN -d ${receiver}/32 ${ANSWERS} -j ACCEPT`,
      `-A IN -d ${receiver}/32 -s 192.0.2.0/24 -p tcp -m tcp --dport 22 -j ACCEPT`,
      `-A IN -d ${receiver}/32 -s 10.0.0.5/32 -j ACCEPT`,
      `-A IN -d ${receiver}/32 -s 10.0.0.6/32 -j ACCEPT`,
    ];
    expect(rulesOf(tables).slice(3)).to.deep.equal([
      ...into("10.0.0.5"),
      ...into("203.0.113.9"),
      "-A IN -j DROP",
      `-A OUT ${ANSWERS} -j ACCEPT`,
      "-A OUT -d 198.51.100.0/24 -p udp -m udp --dport 50:60 -j ACCEPT",
      "-A OUT -j DROP",
    ]);
  });

  it("distinguish ports, and admit everything on one without port security", () => {
    const firewalls = [
      { address: "10.0.0.5", rules: undefined },
      { address: "10.1.0.5", rules: [] },
    ];
    expect(rulesOf(portTables(firewalls, new Map())).slice(3)).to.deep.equal([
      `-A IN -d 10.0.0.5/32 ${ANSWERS} -j ACCEPT`,
      "-A IN -d 10.0.0.5/32 -j ACCEPT",
      `-A IN -d 10.1.0.5/32 ${ANSWERS} -j ACCEPT`,
      "-A IN -j DROP",
      `-A OUT ${ANSWERS} -j ACCEPT`,
      "-A OUT -s 10.1.0.5/32 -j DROP",
      "-A OUT -j ACCEPT",
      "-A OUT -j DROP",
    ]);
  });
});

function rulesOf(tables: string): string[] {
  return tables.split("\n").filter((line) => line.startsWith("-A"));
}
