import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { type Color, otherColor } from "../../lib/color.ts";
import type { TestStack } from "../../test/helpers/testStack.ts";
import { addressOf, benchStack, buildBackend, COLOR_HEADER } from "./backend.ts";
import { monotonic } from "./clock.ts";
import { type SwitchParameters, WINDOW_MS } from "./parameters.ts";
import { say } from "./progress.ts";
import type { Result } from "./result.ts";
import { setRoute } from "./routeCommands.ts";
import { summarize, type Summary } from "./statistics.ts";
import { switchResult } from "./switchResult.ts";
import {
  lookAt,
  type Switch,
  type SwitchSeen,
  type TrafficLog,
  type Window,
} from "./traffic/log.ts";
import { Traffic } from "./traffic/traffic.ts";

export interface Phase {
  readonly log: TrafficLog;
  readonly switches: readonly Switch[];
  readonly seen: readonly SwitchSeen[];
  readonly took: Summary;
  /** In which nothing was done but a `docker exec`. */
  readonly empty: readonly Window[];
}

/** Switches under load, by `pulumi up` and by the route script alone. */
export async function benchSwitch(parameters: SwitchParameters): Promise<Result> {
  const image = await buildBackend("v1");
  const { containers } = parameters;
  const stack = await benchStack({
    activeColor: "blue",
    blue: { image, count: containers },
    green: { image: await buildBackend("v2"), count: containers },
  });
  await stack.mustUp();
  const url = `http://${await addressOf(stack.edge)}:8080/`;
  const ups = await phase(url, parameters, (switches) => switchByUps(stack, parameters, switches));
  const scripts = await phase(url, parameters, async (switches, empty) => {
    await switchByScript(stack.edge, parameters.scriptSwitches, switches);
    await runNothing(stack.edge, parameters.emptyCommands, empty);
  });
  return switchResult(parameters, ups, scripts);
}

async function phase(
  url: string,
  { traffic }: SwitchParameters,
  work: (switches: Switch[], empty: Window[]) => Promise<void>,
): Promise<Phase> {
  const asking = new Traffic({ url, ...traffic, colorHeader: COLOR_HEADER });
  await sleep(2 * WINDOW_MS);
  const switches: Switch[] = [];
  const empty: Window[] = [];
  await work(switches, empty);
  const log = await asking.stop();
  const took = summarize(switches.map((one) => one.acknowledgedAt - one.startedAt));
  return { log, switches, seen: switches.map((one) => lookAt(log, one)), took, empty };
}

async function switchByUps(
  stack: TestStack,
  { upSwitches, restSeconds }: SwitchParameters,
  switches: Switch[],
): Promise<void> {
  let from: Color = "blue";
  for (let turn = 1; turn <= upSwitches; turn++) {
    say(`switch ${turn} of ${upSwitches} by pulumi up`);
    await stack.set({ activeColor: otherColor(from) });
    const startedAt = monotonic();
    await stack.mustUp();
    const acknowledgedAt = monotonic();
    await sleep(restSeconds * 1000);
    switches.push({ from, startedAt, acknowledgedAt, until: monotonic() });
    from = otherColor(from);
  }
}

async function switchByScript(edge: string, times: number, switches: Switch[]): Promise<void> {
  let from: Color = times % 2 === 0 ? "blue" : "green";
  await setRoute(edge, from);
  for (let turn = 1; turn <= times; turn++) {
    if (turn % 50 === 1) say(`switch ${turn} of ${times} by the route script`);
    const startedAt = monotonic();
    await setRoute(edge, otherColor(from));
    const acknowledgedAt = monotonic();
    await sleep(startedAt + 2 * WINDOW_MS - monotonic());
    switches.push({ from, startedAt, acknowledgedAt, until: monotonic() });
    from = otherColor(from);
  }
}

async function runNothing(edge: string, times: number, windows: Window[]): Promise<void> {
  say(`${times} times docker exec of nothing`);
  for (let turn = 1; turn <= times; turn++) {
    const from = monotonic();
    await execa("docker", ["exec", edge, "true"]);
    await sleep(from + WINDOW_MS - monotonic());
    windows.push({ from, to: from + WINDOW_MS });
  }
}
