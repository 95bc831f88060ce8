import { failedOf, firstFailures, staleOf, sum, switchRows } from "../cloud/switchRows.ts";
import type { Moves } from "../cloud/moves.ts";
import { DRAIN_SECONDS } from "../cloud/fleet.ts";
import { count } from "../format.ts";
import type { CloudSwitchParameters } from "../parameters.ts";
import { none, type Result } from "../result.ts";
import { FASTEST_CHECKS, VENDOR_CHECKS } from "./rivalBalancer.ts";

export function cloudSwitchResult(
  parameters: CloudSwitchParameters,
  all: readonly Moves[],
): Result {
  const ours = all.filter(({ kind }) => kind.isOurs);
  const failures = none("digitalocean-switch: failed requests", sum(ours.map(failedOf)));
  const stale = none("digitalocean-switch: stale answers", sum(ours.map(staleOf)));
  const { answers, times, calls } = switchRows(all, { failures, stale });
  return {
    title: "Switch of droplets behind a load balancer",
    method: method(parameters, all),
    head: ["", ...all.map(({ kind }) => kind.name), "our goal", ""],
    rows: [...answers, ...times, calls],
    goals: [failures, stale],
  };
}

function method(
  { hosts, traffic, switches, rivalSwitches }: CloudSwitchParameters,
  all: readonly Moves[],
): string[] {
  return [
    `In an emulated account, load balancers are HAProxy with the vendor's documented health checks. A change ` +
      `takes effect after 2 to 5 s, and other changes are refused (403) meanwhile; undocumented behavior is ` +
      `the worst case. The ${hosts} droplets of each color are machines with systemd, sshd, Docker and cloud-init, ` +
      `each with a static answer from HAProxy behind our sidecar. ${count(traffic.ratePerSecond)} requests a second from ` +
      `${traffic.workers} workers, half of them on new connections, go to the balancer's public address while the ` +
      `traffic is moved back and forth. Everything shares this machine.`,
    `Ours, ${switches} switches each: \`pulumi up --skip-preview\` with \`balancer: managed\` and \`drainSeconds: ` +
      `${DRAIN_SECONDS}\`; the program that it starts for the switch, alone; and both with \`balancer: edge\`, in a ` +
      `second stack with two edges behind a load balancer. Without this project, ${rivalSwitches} switches each, on separate ` +
      `balancers with members by id and a health check on the app's path, in front of the same droplets: ` +
      `one PUT with the other color's \`droplet_ids\`, as a Pulumi program with \`dropletIds\` sends it; and a ` +
      `hand-written script that removes one old droplet (DELETE) and adds a new one (POST) until all are ` +
      `moved, retrying every second when refused. That is the mildest form of such a script: the account ` +
      `refuses to remove the last droplet; otherwise a script that first removes all old ones would leave ` +
      `the balancer empty for as long as the checks last.`,
    `Default checks: ${checksText(VENDOR_CHECKS)}. Fastest: ${checksText(FASTEST_CHECKS)}, as ours. The command ` +
      `ends when the PUT or the script's last request is answered, so stale answers appear where a command ` +
      `does not wait. The balancer has followed when it sends to every host of the new color and to no ` +
      `other. The longest gap is the longest time without a good answer. p99 is of good answers.`,
    ...firstFailures(all),
  ];
}

function checksText(checks: typeof VENDOR_CHECKS): string {
  return (
    `every ${checks.check_interval_seconds} s, ${checks.healthy_threshold} to add a droplet and ` +
    `${checks.unhealthy_threshold} to remove it`
  );
}
