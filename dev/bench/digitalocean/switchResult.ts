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
    head: ["", ...all.map(({ kind }) => kind.name), "goal of ours", ""],
    rows: [...answers, ...times, calls],
    goals: [failures, stale],
  };
}

function method(
  { hosts, traffic, switches, rivalSwitches }: CloudSwitchParameters,
  all: readonly Moves[],
): string[] {
  return [
    `An emulated account: load balancers are HAProxy with the vendor's documented health checks, 2 to 5 s ` +
      `from a change to its effect, and changes refused (403) meanwhile; what is not documented is as bad ` +
      `as it may be. ${hosts} droplets a color are machines with systemd, sshd, Docker and cloud-init, each ` +
      `with a static answer by HAProxy behind our sidecar. ${count(traffic.ratePerSecond)} requests a second from ` +
      `${traffic.workers} workers, half of them on new connections, go to the balancer's public address while the ` +
      `traffic is moved there and back; all of it shares this machine.`,
    `Ours, ${switches} of each: \`pulumi up --skip-preview\` with \`balancer: managed\` and \`drainSeconds: ` +
      `${DRAIN_SECONDS}\`; and the program alone that it starts for the switch; and both with \`balancer: edge\`, in a ` +
      `second stack with two edges behind a load balancer. Without it, ${rivalSwitches} of each, by ` +
      `balancers of their own with members by id before the same droplets, which ask after health at ` +
      `the app's path: one PUT with the other color's \`droplet_ids\`, as a Pulumi program with ` +
      `\`dropletIds\` sends it; and a script by hand, which takes one old droplet out (DELETE) and puts ` +
      `a new one in (POST) until all are moved, and asks again every second where it is refused. That ` +
      `is the mildest form of it: the account does not let the last droplet be taken out, or a script ` +
      `that first removes all old ones would leave nobody there for as long as the checks last.`,
    `Default checks: ${checksText(VENDOR_CHECKS)}. Fastest: ${checksText(FASTEST_CHECKS)}, as ours. The command ` +
      `has ended when a PUT or the script's last request is answered, so stale answers follow where nobody ` +
      `waits. The balancer has followed when it sends to every host of the new color and to no other. ` +
      `Longest gap: the longest time without a good answer. p99 is of good answers.`,
    ...firstFailures(all),
  ];
}

function checksText(checks: typeof VENDOR_CHECKS): string {
  return (
    `every ${checks.check_interval_seconds} s, ${checks.healthy_threshold} to let a droplet in and ` +
    `${checks.unhealthy_threshold} to take it out`
  );
}
