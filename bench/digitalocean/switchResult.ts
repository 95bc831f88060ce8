import { count, ms, seconds, times } from "../format.ts";
import { type CloudSwitchParameters } from "../parameters.ts";
import { goalCells, none, type Result } from "../result.ts";
import { median, quantile } from "../statistics.ts";
import { durations, failedIn, longestGap, totalOf, type Window } from "../traffic/log.ts";
import { DRAIN_SECONDS } from "./fleet.ts";
import { FASTEST_CHECKS, VENDOR_CHECKS } from "./rivalBalancer.ts";
import type { CloudSwitch, Moves } from "./switch.ts";

/** From the command's start until the balancer had followed. */
function switching({ switches }: Moves): Window[] {
  return switches.map(({ startedAt, movedAt }) => ({ from: startedAt, to: movedAt }));
}

function resting({ switches }: Moves): Window[] {
  return switches.map(({ movedAt, until }) => ({ from: movedAt, to: until }));
}

function failedOf(moves: Moves): number {
  const windows = moves.switches.map(({ startedAt, until }) => ({ from: startedAt, to: until }));
  return sum(windows.map((window) => failedIn(moves.log, window)));
}

function staleOf({ seen }: Moves): number {
  return sum(seen.map(({ stale }) => stale));
}

export function cloudSwitchResult(
  parameters: CloudSwitchParameters,
  all: readonly Moves[],
): Result {
  const ours = all.filter(({ kind }) => kind.isOurs);
  const row = (name: string, cell: (moves: Moves) => string) => [name, ...all.map(cell)];
  const took = (name: string, value: (one: CloudSwitch) => number) =>
    row(name, ({ switches }) => seconds(median(switches.map(value))));
  const p99 = (moves: Moves, windows: readonly Window[]) =>
    quantile(durations(moves.log, windows), 0.99);
  const failures = none("digitalocean-switch: failed requests", sum(ours.map(failedOf)));
  const stale = none("digitalocean-switch: stale answers", sum(ours.map(staleOf)));
  const gap = (moves: Moves) =>
    Math.max(...switching(moves).map((window) => longestGap(moves.log, window)));
  return {
    title: "Switch of droplets behind a load balancer",
    method: method(parameters, all),
    head: ["", ...all.map(({ kind }) => kind.name), "goal of ours", ""],
    rows: [
      row("switches", ({ switches }) => count(switches.length)),
      row("requests", ({ log }) => count(totalOf(log))),
      [...row("failed requests", (of) => count(failedOf(of))), ...goalCells(failures).slice(1)],
      row("failed requests a switch", (of) => count(failedOf(of) / of.switches.length)),
      [...row("stale answers", (of) => count(staleOf(of))), ...goalCells(stale).slice(1)],
      row("longest gap", (of) => ms(gap(of))),
      row("p99 during a switch", (of) => ms(p99(of, switching(of)))),
      row("p99 between switches", (of) => ms(p99(of, resting(of)))),
      row("during / between", (of) => times(p99(of, switching(of)) / p99(of, resting(of)))),
      took("time of the command, p50", (one) => one.acknowledgedAt - one.startedAt),
      took("until the balancer has followed, p50", (one) => one.movedAt - one.startedAt),
      row("the same, of pulumi up's", (of) => times(followed(of) / followed(all[0]!))),
      row("API calls a switch", ({ switches }) =>
        count(median(switches.map(({ calls }) => calls.length))),
      ),
    ],
    goals: [failures, stale],
  };
}

function followed({ switches }: Moves): number {
  return median(switches.map(({ startedAt, movedAt }) => movedAt - startedAt));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function method(
  { droplets, traffic, switches, rivalSwitches }: CloudSwitchParameters,
  all: readonly Moves[],
): string[] {
  const failures = all
    .filter(({ kind }) => kind.isOurs)
    .flatMap(({ kind, log }) => log.failures.map((failure) => `${kind.name}: ${failure}`));
  return [
    `An emulated account: load balancers are HAProxy with the vendor's documented health checks, 2 to 5 s ` +
      `from a change to its effect, and changes refused (403) meanwhile; what is not documented is as bad ` +
      `as it may be. ${droplets} droplets a color are machines with systemd, sshd, Docker and cloud-init, each ` +
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
    ...(failures.length > 0 ? [`First failures of ours: ${failures.join("; ")}`] : []),
  ];
}

function checksText(checks: typeof VENDOR_CHECKS): string {
  return (
    `every ${checks.check_interval_seconds} s, ${checks.healthy_threshold} to let a droplet in and ` +
    `${checks.unhealthy_threshold} to take it out`
  );
}
