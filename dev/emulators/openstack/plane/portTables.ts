import { OUTSIDE, packetMatch } from "../../machine/firewall.ts";
import type { PortFirewall, PortRule } from "./machines.ts";

const ACCEPT = "-j ACCEPT";
const ANSWERS = "-m conntrack --ctstate RELATED,ESTABLISHED";

/** Before a machine has been told what may pass. */
export const CLOSED = portTables([], new Map());

/**
 * Security groups in the language of iptables-restore. Like any firewall of a machine it stands in
 * `mangle`, where floating addresses and those of published ports are not translated yet.
 *
 * What goes out is told apart by its sender; what is not sent from another port's address, such as
 * packets of the machine's containers, goes by the first port.
 * @param floating addresses of the external network, with the fixed ones that they lead to
 */
export function portTables(
  firewalls: readonly PortFirewall[],
  floating: ReadonlyMap<string, string>,
): string {
  const [first, ...others] = firewalls;
  const lines = [
    ...[`-A PREROUTING -i ${OUTSIDE} -j IN`, `-A POSTROUTING -o ${OUTSIDE} -j OUT`],
    // To any address: only a machine that was let out gets answers.
    `-A IN ${ANSWERS} --ctdir REPLY -j ACCEPT`,
    ...firewalls.flatMap((firewall) => incoming(firewall, floating)),
    "-A IN -j DROP",
    `-A OUT ${ANSWERS} -j ACCEPT`,
    ...others.flatMap((firewall) => outgoing(firewall, `-s ${firewall.address}/32`)),
    ...(first ? outgoing(first, "") : []),
    "-A OUT -j DROP",
  ];
  return ["*mangle", ":IN -", ":OUT -", ...lines, "COMMIT", ""].join("\n");
}

function incoming(
  { address, rules }: PortFirewall,
  floating: ReadonlyMap<string, string>,
): string[] {
  const leading = [...floating].filter(([, fixed]) => fixed === address).map(([it]) => it);
  return [address, ...leading].flatMap((receiver) => [
    `-A IN -d ${receiver}/32 ${ANSWERS} -j ACCEPT`,
    ...accepted(rules, "in").map((match) => words("-A IN -d", `${receiver}/32`, match, ACCEPT)),
  ]);
}

/** @param sender empty for any */
function outgoing({ rules }: PortFirewall, sender: string): string[] {
  const lines = accepted(rules, "out").map((match) => words("-A OUT", sender, match, ACCEPT));
  return [...lines, ...(sender === "" ? [] : [`-A OUT ${sender} -j DROP`])];
}

/** What each rule of a direction matches; everything where port security is off. */
function accepted(rules: readonly PortRule[] | undefined, direction: "in" | "out"): string[] {
  if (!rules) return [""];
  const peer = direction === "in" ? "-s" : "-d";
  return rules
    .filter((rule) => rule.direction === direction)
    .flatMap((rule) => rule.peers.map((it) => words(peer, it, packetMatch(rule))));
}

function words(...parts: readonly string[]): string {
  return parts.filter(Boolean).join(" ");
}
