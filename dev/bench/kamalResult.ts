import { count, ms, times } from "./format.ts";
import type { Commands, Round } from "./kamal.ts";
import type { KamalParameters } from "./parameters.ts";
import { goalCells, none, ratioAtLeast, type Result } from "./result.ts";
import { median } from "./statistics.ts";

export interface KamalMeasured {
  readonly parameters: KamalParameters;
  readonly ours: readonly Round[];
  readonly kamal: readonly Round[];
  readonly bare: readonly number[];
  readonly silent: readonly number[];
  readonly commands: Commands;
  readonly version: string;
}

export function kamalResult(measured: KamalMeasured): Result {
  const { ours, kamal, commands } = measured;
  const throughput = ratioAtLeast(
    "kamal-proxy: throughput, edge / kamal-proxy (median of pairs)",
    median(ours.map(({ closed }, pair) => closed.perSecond / kamal[pair]!.closed.perSecond)),
    2,
  );
  const sumOf = (rounds: readonly Round[], value: (round: Round) => number) =>
    rounds.reduce((sum, round) => sum + value(round), 0);
  const failures = none(
    "kamal-proxy: failed requests of the edge",
    sumOf(ours, (round) => round.failed),
  );
  const both = (name: string, value: (rounds: readonly Round[]) => number, text = ms) =>
    ratioRow(name, value(ours), value(kamal), text);
  const sums = (name: string, value: (round: Round) => number) => [
    name,
    count(sumOf(ours, value)),
    count(sumOf(kamal, value)),
  ];
  const command = (name: string, mine: readonly number[], theirs: readonly number[]) =>
    ratioRow(name, median(mine), median(theirs), ms);
  return {
    title: "Against kamal-proxy",
    method: method(measured),
    head: ["", "edge", "kamal-proxy", "edge / kamal-proxy", "goal", ""],
    rows: [
      [
        ...both(
          "requests a second, closed loop",
          (of) => median(of.map((r) => r.closed.perSecond)),
          count,
        ).slice(0, 3),
        ...goalCells(throughput),
      ],
      ["with its log discarded", "", count(median(measured.silent))],
      ["the backend without a balancer", count(median(measured.bare))],
      both("p99, closed loop", (of) => median(of.map((r) => r.closed.p99))),
      both("p99, at a rate with switches", (of) => median(of.map((r) => r.p99))),
      sums("switches under load", (round) => round.commands.length),
      sums("requests at a rate", (round) => round.requests),
      [...sums("failed requests", (round) => round.failed), "", ...goalCells(failures).slice(1)],
      sums("stale answers", (round) => round.stale),
      both("switch command under load, p50", (of) => median(of.flatMap((r) => r.commands))),
      both("switch command under load, max", (of) => Math.max(...of.flatMap((r) => r.commands))),
      command("switch command, p50", commands.ours, commands.kamal),
      command("the same inside the container, p50", commands.oursInside, commands.kamalInside),
      command("route script as `pulumi up` runs it, p50", commands.oursScript, commands.kamal),
      command("gate and route script, p50", commands.oursWithGate, commands.kamal),
    ],
    goals: [throughput, failures],
  };
}

function ratioRow(
  name: string,
  ours: number,
  kamal: number,
  text: (value: number) => string,
): string[] {
  return [name, text(ours), text(kamal), times(ours / kamal)];
}

function method({ parameters, version }: KamalMeasured): string[] {
  const { pairs, wrkSeconds, wrkConnections, traffic, deploys, quietCommands } = parameters;
  return [
    `kamal-proxy ${version}, built from its Go module, runs in a container on the stack's network ` +
      `with the limits and hardening of our balancer and the log options that Kamal sets. It logs every ` +
      `request and our balancer logs none, so its throughput without a log is shown too. Both balancers ` +
      `use the same backends: one container per color, a static answer from HAProxy.`,
    `${pairs} pairs, the two sides in turn: wrk with ${wrkConnections} keep-alive connections for ${wrkSeconds} s (throughput, ` +
      `and p99 at full load), then ${count(traffic.ratePerSecond)} requests a second from ${traffic.workers} workers, ` +
      `half of them on new connections, with ${deploys} switches one second apart. Requests go to both ` +
      `balancers' addresses in the Docker network. Figures are medians over the pairs.`,
    `The switch commands are \`docker exec EDGE sh /edge/set-route …\` and \`docker exec kamal-proxy kamal-proxy ` +
      `deploy …\`, as each tool runs them. Without load, each ran ${quietCommands} times, with and without docker exec ` +
      `(from a shell kept open in the container). kamal-proxy's command includes the health check of the ` +
      `new container and waits for requests on the old one. Our gate does the health check in a ` +
      `separate step before, so the last row is the fairest comparison of what a user waits for.`,
  ];
}
