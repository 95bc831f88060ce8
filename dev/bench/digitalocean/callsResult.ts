import type { Call } from "../../emulators/digitalocean/index.ts";
import { LIMITS } from "../../emulators/digitalocean/options.ts";
import { count, percent } from "../format.ts";
import { atMost, goalCells, type Result } from "../result.ts";
import type { Deploys, Run } from "./deploy.ts";

const MINUTE_MS = 60_000;
const REFUSED = 429;

/** The most calls that the vendor's limit counts in any minute; refused ones do not count. */
export function busiestMinute(calls: readonly Call[]): number {
  const times = calls
    .filter(({ status }) => status !== REFUSED)
    .map(({ at }) => at)
    .sort((a, b) => a - b);
  const inMinuteFrom = (from: number) =>
    times.filter((at) => at >= from && at < from + MINUTE_MS).length;
  return Math.max(0, ...times.map(inMinuteFrom));
}

const COMMANDS: readonly (readonly [string, (of: Deploys) => Run | undefined])[] = [
  ["no-change up", (of) => of.both?.noChange],
  ["preview without a change", (of) => of.both?.preview],
  ["up that switches", (of) => of.both?.switchOver],
  ["up that deploys to the idle color", (of) => of.deploy],
  ["first up, one color", (of) => of.first],
];

/** What the vendor's limits allow, and what fleets of machines that wait ask for. */
export function callsResult(measured: readonly Deploys[]): Result {
  const fleets = measured.filter(({ isReal }) => !isReal);
  const row = (name: string, value: (of: Deploys) => string) => [name, ...fleets.map(value)];
  const callsOf = (of: Deploys) => COMMANDS.map(([, run]) => run(of)?.calls ?? []);
  const busiestOf = (of: Deploys) => Math.max(...callsOf(of).map(busiestMinute));
  const busiest = atMost(
    "digitalocean-deploy: API calls in a minute",
    Math.max(...fleets.map(busiestOf)),
    LIMITS.perMinute,
  );
  return {
    title: "DigitalOcean API calls",
    method: [
      `Every request that reaches the emulated account during a \`pulumi\` command, from the program and ` +
        `from the provider plugin, counted in the waiting fleets above. The vendor allows ` +
        `${count(LIMITS.perMinute)} a minute and ${count(LIMITS.perHour)} an hour. The emulated account answers 429 beyond that, and the ` +
        `client waits and retries. A first up polls each droplet until it is active.`,
    ],
    head: [
      "hosts",
      ...fleets.map(
        ({ hosts, otherHosts, parallel }) =>
          `${hosts}+${otherHosts}${parallel === undefined ? "" : `, --parallel ${parallel}`}`,
      ),
      "goal",
      "",
    ],
    rows: [
      ...COMMANDS.map(([name, run]) => row(name, (of) => count(run(of)?.calls.length ?? NaN))),
      row("first up, calls per host", (of) => (of.first.calls.length / of.hosts).toFixed(1)),
      [
        ...row("busiest minute of a command", (of) => count(busiestOf(of))),
        ...goalCells(busiest).slice(1),
      ],
      row("a switch, share of the hourly limit", (of) =>
        percent((of.both?.switchOver.calls.length ?? NaN) / LIMITS.perHour),
      ),
      row("refused with 429", (of) =>
        count(
          callsOf(of)
            .flat()
            .filter(({ status }) => status === REFUSED).length,
        ),
      ),
    ],
    goals: [busiest],
  };
}
