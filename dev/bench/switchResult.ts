import { count, ms, seconds } from "./format.ts";
import { type SwitchParameters, WINDOW_MS } from "./parameters.ts";
import { atLeast, goalCells, none, ratioAtMost, type Result } from "./result.ts";
import { quantile, summarize } from "./statistics.ts";
import type { Phase } from "./switch.ts";
import { durations, failedOf, newConnectionsOf, totalOf, type Window } from "./traffic/log.ts";

interface Windows {
  readonly switching: Window[];
  readonly without: Window[];
}

function scriptWindows({ switches }: Phase): Windows {
  const at = (start: number) => ({ from: start, to: start + WINDOW_MS });
  return {
    switching: switches.map(({ startedAt }) => at(startedAt)),
    without: switches.map(({ startedAt }) => at(startedAt + WINDOW_MS)),
  };
}

/**
 * The second around the moment in which the color changes, and the rest of the same `up`: the
 * engine keeps this machine's cores busy in both.
 */
function upWindows({ switches, seen }: Phase): Windows {
  const flips = seen.map(({ firstNewAt }) => firstNewAt - WINDOW_MS / 2);
  return {
    switching: flips.map((from) => ({ from, to: from + WINDOW_MS })),
    without: switches.flatMap(({ startedAt, acknowledgedAt }, turn) => [
      { from: startedAt, to: flips[turn]! },
      { from: flips[turn]! + WINDOW_MS, to: acknowledgedAt },
    ]),
  };
}

function restWindows({ switches }: Phase): Window[] {
  return switches.map(({ acknowledgedAt, until }) => ({ from: acknowledgedAt, to: until }));
}

export function switchResult(parameters: SwitchParameters, ups: Phase, scripts: Phase): Result {
  const phases = [ups, scripts];
  const each = (row: (one: Phase) => string) => phases.map(row);
  const sum = (value: (one: Phase) => number) => value(ups) + value(scripts);
  const p99 = (one: Phase, windows: readonly Window[]) =>
    quantile(durations(one.log, windows), 0.99);
  const stale = (one: Phase) => one.seen.reduce((total, seen) => total + seen.stale, 0);
  const windows = [upWindows(ups), scriptWindows(scripts)] as const;
  const slow = windows.map(({ switching }, turn) => p99(phases[turn]!, switching));
  const calm = windows.map(({ without }, turn) => p99(phases[turn]!, without));
  const lag = summarize(
    scripts.seen.map(({ lastOldAt }, turn) => lastOldAt - scripts.switches[turn]!.startedAt),
  );
  const overlap = summarize(ups.seen.map(({ lastOldAt, firstNewAt }) => lastOldAt - firstNewAt));

  const requests = atLeast(
    "switch: requests",
    sum((one) => totalOf(one.log)),
    parameters.leastRequests,
  );
  const failures = none(
    "switch: failed requests",
    sum((one) => failedOf(one.log)),
  );
  const staleGoal = none("switch: stale answers", sum(stale));
  const upRatio = ratioAtMost(
    "switch: p99 with / without a switch, pulumi up",
    slow[0]! / calm[0]!,
    1.2,
  );
  const scriptRatio = ratioAtMost(
    "switch: p99 with / without a switch, route script",
    slow[1]! / calm[1]!,
    1.2,
  );
  return {
    title: "Switch under load",
    method: method(parameters, phases),
    head: ["", "pulumi up", "route script", "both", "goal", ""],
    rows: [
      ["switches", ...each((one) => count(one.switches.length))],
      ["requests", ...each((one) => count(totalOf(one.log))), ...goalCells(requests)],
      ["on new connections", ...each((one) => count(newConnectionsOf(one.log)))],
      ["failed requests", ...each((one) => count(failedOf(one.log))), ...goalCells(failures)],
      ["stale answers", ...each((one) => count(stale(one))), ...goalCells(staleGoal)],
      ["p99, seconds with a switch", ...slow.map(ms)],
      ["p99, seconds without a switch", ...calm.map(ms)],
      ["with / without, pulumi up", upRatio.measured, "", "", ...goalCells(upRatio).slice(1)],
      [
        "with / without, route script",
        "",
        scriptRatio.measured,
        "",
        ...goalCells(scriptRatio).slice(1),
      ],
      ["p99 between the ups", ms(p99(ups, restWindows(ups)))],
      ["p99, seconds with an empty docker exec", "", ms(p99(scripts, scripts.empty))],
      ["time of the command, p50", seconds(ups.took.p50), ms(scripts.took.p50)],
      ["time of the command, p99", seconds(ups.took.p99), ms(scripts.took.p99)],
      ["time of the command, max", seconds(ups.took.max), ms(scripts.took.max)],
      ["start of the script to last old answer, p50", "", ms(lag.p50)],
      ["start of the script to last old answer, p99", "", ms(lag.p99)],
      ["start of the script to last old answer, max", "", ms(lag.max)],
      ["first new to last old answer, max", ms(overlap.max)],
    ],
    goals: [requests, failures, staleGoal, upRatio, scriptRatio],
  };
}

function method(parameters: SwitchParameters, phases: readonly Phase[]): string[] {
  const { traffic, containers, upSwitches, scriptSwitches, emptyCommands } = parameters;
  const failures = phases.flatMap(({ log }) => log.failures);
  return [
    `A stack of target local with ${containers} containers per color (a static answer from HAProxy, hardened like ` +
      `any app) receives ${count(traffic.ratePerSecond)} requests a second from ${traffic.workers} workers in one ` +
      `Node.js process. Half of the workers keep their connection; half open a new one for each request. ` +
      `Requests go to the balancer's address in its Docker network, as traffic from another machine ` +
      `does; only connections from this machine to the published port also pass docker-proxy. The ` +
      `process runs as root with priority over all others (nice -15), because real users have their ` +
      `own machines.`,
    `Under this load, \`pulumi up --skip-preview\` moves the traffic ${upSwitches} times. Then the command that it ` +
      `uses for that, \`docker exec EDGE sh /edge/set-route …\`, moves it ${scriptSwitches} times, every 2 seconds. ` +
      `A stale answer is one from the old color to a request that started after the command had ended; ` +
      `the backend itself names its color in the answer.`,
    `A second with a switch starts with the route script or, for \`pulumi up\`, is centered on the first ` +
      `answer of the new color. A second without one is the second after that or, for \`pulumi up\`, the rest of ` +
      `the same up, because the engine uses the same cores. ${emptyCommands} seconds with a \`docker exec\` that does ` +
      `nothing show how much of the difference comes from \`docker exec\`. Load, engine, balancer and ` +
      `backends share this machine.`,
    ...(failures.length > 0 ? [`First failures: ${failures.join("; ")}`] : []),
  ];
}
