import { cpus } from "node:os";
import { seconds, times } from "../format.ts";
import { goalCells, ratioAtMost, type Result } from "../result.ts";
import type { BothColors, Deploys, Run } from "./deploy.ts";
import { WAITS } from "./waitingMachines.ts";

/** How many times as long the largest fleet may take as the smallest. */
const MOST = 2;

export function deployResult(measured: readonly Deploys[]): Result {
  const waiting = measured.filter(({ isReal }) => !isReal);
  const small = waiting[0]!;
  const row = (name: string, value: (of: Deploys) => string) => [name, ...measured.map(value)];
  const both = (name: string, run: (of: BothColors) => Run) =>
    row(name, (of) => seconds(of.both ? run(of.both).milliseconds : NaN));
  const smallestLike = (of: Deploys) => measured.find(({ isReal }) => isReal === of.isReal)!;
  const growth = (of: Deploys, run: (of: Deploys) => Run) =>
    run(of).milliseconds / run(smallestLike(of)).milliseconds;
  const growthCell = (of: Deploys, run: (of: Deploys) => Run) =>
    of === smallestLike(of) ? "" : times(growth(of, run));
  const large = waiting.findLast(({ parallel }) => parallel === undefined)!;
  const flagged = waiting.filter(({ parallel }) => parallel !== undefined);
  const name = `${large.hosts} / ${small.hosts} hosts`;
  const goalsOf = (of: Deploys) => {
    const title = (what: string) => `digitalocean-deploy: ${what}, ${name}${flagOf(of)}`;
    return [
      ratioAtMost(
        title("first up"),
        growth(of, ({ first }) => first),
        MOST,
      ),
      ratioAtMost(
        title("up that deploys"),
        growth(of, ({ deploy }) => deploy),
        MOST,
      ),
    ] as const;
  };
  // The table judges the command as a user types it first.
  const [first, deploy] = goalsOf(large);
  return {
    title: "Deploying to droplets",
    method: method(),
    head: ["", ...measured.map(headOf), `goal, ${name}`, ""],
    rows: [
      row("first up", (of) => seconds(of.first.milliseconds)),
      [
        ...row("relative to the smallest fleet", (of) => growthCell(of, ({ first }) => first)),
        ...goalCells(first).slice(1),
      ],
      row("up that deploys to the idle color", (of) => seconds(of.deploy.milliseconds)),
      [
        ...row("relative to the smallest fleet", (of) => growthCell(of, ({ deploy }) => deploy)),
        ...goalCells(deploy).slice(1),
      ],
      both("no-change up", ({ noChange }) => noChange),
      both("preview without a change", ({ preview }) => preview),
      both("up that switches", ({ switchOver }) => switchOver),
    ],
    goals: [first, deploy, ...flagged.flatMap(goalsOf)],
  };
}

function headOf(of: Deploys): string {
  return `${of.hosts} ${of.isReal ? "real" : "waiting"}${flagOf(of)}`;
}

function flagOf({ parallel }: Deploys): string {
  return parallel === undefined ? "" : `, --parallel ${parallel}`;
}

function method(): string[] {
  const { sshd, boot, build, pull, start } = WAITS;
  return [
    `Wall time of single \`pulumi\` commands, from start to end, in an emulated account that is empty at ` +
      `first. First up: one color with that many hosts, including droplets, cloud-init, app, gate, load ` +
      `balancer and route. Then the other color gets as many hosts (or one, where the last rows are empty) ` +
      `and the traffic, and the up that deploys brings a new image to the first color, now idle. ` +
      `\`pulumi\` works on \`--parallel\` resources at a time, by default four per core of the machine it ` +
      `runs on: ${4 * cpus().length} here.`,
    `Real: each droplet is a container with systemd, sshd, Docker and cloud-init that boots on this ` +
      `machine's ${cpus().length} cores. On real droplets, booting and Docker's work run in parallel; here ` +
      `they run ${cpus().length} at a time, so these columns measure the emulation more than the program. ` +
      `Waiting: sshd, the host scripts, the sidecar and the gate are real, and fixed waits replace the ` +
      `work: sshd ${sshd} s and cloud-init ${boot} s after power-on, ${build} s to build HAProxy's image, ` +
      `${pull} s for a pull, ${start} s for a start. Only the engine, the plugins, the program's own processes and SSH ` +
      `use this machine's cores; with the vendor's longer waits their share is smaller.`,
  ];
}
