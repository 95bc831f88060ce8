export interface Packets {
  readonly protocol: "tcp" | "udp" | "icmp" | "all";
  /** `22`, `8000-8010`, or `all`; without meaning for icmp and all. */
  readonly ports: string;
}

/** What may come in: the shape of a cloud firewall's inbound rule. */
export interface FirewallRule extends Packets {
  /** Addresses and blocks such as `10.0.0.0/8`; those of IPv6 are passed over. */
  readonly sources: readonly string[];
}

/** The interfaces that Docker gives to a container; those of the machine's own Docker are others. */
export const OUTSIDE = "eth+";

/**
 * The firewall in the language of iptables-restore, which puts it in place as one change. It stands
 * in `mangle`, before the addresses of published ports are translated, so that these ports are
 * closed too. Undefined is a machine without a firewall; no rules let nothing in.
 */
export function firewallTable(rules: readonly FirewallRule[] | undefined): string {
  const lines = rules === undefined ? [] : [...chain(rules), "-A FIREWALL -j DROP"];
  return ["*mangle", ":FIREWALL -", ...lines, "COMMIT", ""].join("\n");
}

function chain(rules: readonly FirewallRule[]): string[] {
  return [
    `-A PREROUTING -i ${OUTSIDE} -j FIREWALL`,
    "-A FIREWALL -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
    ...rules.flatMap((rule) =>
      rule.sources
        .filter((source) => !source.includes(":"))
        .map((source) => `-A FIREWALL -s ${source} ${packetMatch(rule)} -j ACCEPT`),
    ),
  ];
}

/** The part of a rule that tells packets by protocol and port of their receiver. */
export function packetMatch({ protocol, ports }: Packets): string {
  if (protocol === "all") return "";
  if (protocol === "icmp" || ports === "all") return `-p ${protocol}`;
  if (!/^\d+(-\d+)?$/.test(ports)) {
    throw new Error(
      `firewall: ports is "${ports}". Give a port, a range such as 8000-8010, or all.`,
    );
  }
  return `-p ${protocol} -m ${protocol} --dport ${ports.replace("-", ":")}`;
}
