import { setTimeout as sleep } from "node:timers/promises";
import { type Color, otherColor } from "../../lib/color.ts";
import type { TestStack } from "../../test/helpers/testStack.ts";
import { addressOf, benchStack, buildBackend, COLOR_HEADER } from "./backend.ts";
import { monotonic } from "./clock.ts";
import { buildKamalProxy, KamalProxy, kamalVersion } from "./kamalProxy.ts";
import { kamalResult } from "./kamalResult.ts";
import type { KamalParameters } from "./parameters.ts";
import { say } from "./progress.ts";
import type { Result } from "./result.ts";
import {
  gateScript,
  routeScript,
  setRoute,
  setRouteCommand,
  timeInside,
  timeTurns,
} from "./routeCommands.ts";
import { quantile } from "./statistics.ts";
import { durations, failedOf, lookAt, type Switch, totalOf } from "./traffic/log.ts";
import { Traffic } from "./traffic/traffic.ts";
import { requireWrk, wrk, type WrkReport } from "./wrk.ts";

/** One of the two that are compared. */
interface Side {
  readonly url: string;
  /** Moves the traffic as its users do. */
  readonly move: (to: Color) => Promise<void>;
}

/** What one side did in one pair. */
export interface Round {
  readonly closed: WrkReport;
  readonly requests: number;
  readonly failed: number;
  readonly stale: number;
  readonly p99: number;
  readonly commands: readonly number[];
}

interface Bench {
  readonly stack: TestStack;
  readonly ours: Side;
  readonly kamal: Side;
  readonly proxy: KamalProxy;
  readonly silent: KamalProxy;
  readonly bareUrl: string;
  readonly targets: (color: Color) => string[];
}

/** The edge beside kamal-proxy: same backends, same load, in turns. */
export async function benchKamal(parameters: KamalParameters): Promise<Result> {
  await requireWrk();
  const bench = await prepare();
  const ours: Round[] = [];
  const kamal: Round[] = [];
  const bare: number[] = [];
  const silent: number[] = [];
  for (let pair = 1; pair <= parameters.pairs; pair++) {
    say(`pair ${pair} of ${parameters.pairs}`);
    // In turns, and each first as often as the other.
    const sides = [
      async () => ours.push(await playRound(bench.ours, parameters)),
      async () => kamal.push(await playRound(bench.kamal, parameters)),
    ];
    for (const play of pair % 2 === 1 ? sides : sides.reverse()) await play();
    bare.push((await closedLoop(bench.bareUrl, parameters)).perSecond);
    silent.push((await closedLoop(bench.silent.url, parameters)).perSecond);
  }
  const commands = await timeCommands(bench, parameters.quietCommands);
  return kamalResult({
    parameters,
    ours,
    kamal,
    bare,
    silent,
    commands,
    version: await kamalVersion(),
  });
}

async function prepare(): Promise<Bench> {
  const pool = async (version: string) => ({ image: await buildBackend(version), count: 1 });
  const stack = await benchStack({
    activeColor: "blue",
    blue: await pool("v1"),
    green: await pool("v2"),
  });
  await stack.mustUp();
  const addresses = {
    blue: await addressOf(stack.container("blue", 1)),
    green: await addressOf(stack.container("green", 1)),
  };
  const targets = (color: Color) => [addresses[color]];
  const image = await buildKamalProxy();
  const proxy = await KamalProxy.start(image, stack, { isSilent: false });
  const silent = await KamalProxy.start(image, stack, { isSilent: true });
  for (const one of [proxy, silent]) await one.deploy(targets("blue"));
  return {
    stack,
    proxy,
    silent,
    targets,
    bareUrl: `http://${addresses.blue}:8000/`,
    ours: {
      url: `http://${await addressOf(stack.edge)}:8080/`,
      move: (to) => setRoute(stack.edge, to),
    },
    kamal: { url: proxy.url, move: (to) => proxy.deploy(targets(to)) },
  };
}

function closedLoop(url: string, parameters: KamalParameters): Promise<WrkReport> {
  return wrk(url, parameters.wrkConnections, parameters.wrkSeconds);
}

/** Throughput on its own, then traffic at a rate while the color changes once a second. */
async function playRound(side: Side, parameters: KamalParameters): Promise<Round> {
  const closed = await closedLoop(side.url, parameters);
  await side.move("blue");
  const traffic = new Traffic({ url: side.url, ...parameters.traffic, colorHeader: COLOR_HEADER });
  await sleep(2000);
  const switches: Switch[] = [];
  let from: Color = "blue";
  for (let turn = 0; turn < parameters.deploys; turn++) {
    const startedAt = monotonic();
    await side.move(otherColor(from));
    const acknowledgedAt = monotonic();
    await sleep(1000);
    switches.push({ from, startedAt, acknowledgedAt, until: monotonic() });
    from = otherColor(from);
  }
  const log = await traffic.stop();
  const whole = [{ from: switches[0]?.startedAt ?? 0, to: Infinity }];
  return {
    closed,
    requests: totalOf(log),
    failed: failedOf(log) + closed.errors,
    stale: switches.reduce((sum, one) => sum + lookAt(log, one).stale, 0),
    p99: quantile(durations(log, whole), 0.99),
    commands: switches.map((one) => one.acknowledgedAt - one.startedAt),
  };
}

export interface Commands {
  readonly ours: readonly number[];
  readonly oursScript: readonly number[];
  readonly oursWithGate: readonly number[];
  readonly oursInside: readonly number[];
  readonly kamal: readonly number[];
  readonly kamalInside: readonly number[];
}

/** Without traffic, so that the commands alone are timed. */
async function timeCommands(bench: Bench, turns: number): Promise<Commands> {
  say("timing the commands without traffic");
  const { stack, proxy, targets } = bench;
  return {
    ours: await timeTurns(turns, bench.ours.move),
    kamal: await timeTurns(turns, bench.kamal.move),
    oursInside: await timeInside(stack.edge, turns, setRouteCommand),
    kamalInside: await timeInside(proxy.container, turns, (color) =>
      proxy.deployCommand(targets(color)),
    ),
    oursScript: await timeTurns(turns, (color) => routeScript(stack, color)),
    oursWithGate: await timeTurns(turns, async (color) => {
      await gateScript(stack, color);
      await routeScript(stack, color);
    }),
  };
}
