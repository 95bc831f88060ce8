import type { Call } from "../../emulators/digitalocean/index.ts";
import { CloudAccount } from "../../../test/helpers/cloudStack.ts";
import type { TestStack } from "../../../test/helpers/testStack.ts";
import { buildBackend, STACK_CONFIG } from "../backend.ts";
import { atEnd, cleanUp } from "../cleanUp.ts";
import { checkCalls } from "../cloud/fleet.ts";
import { timeCommand } from "../command.ts";
import type { CloudDeployParameters } from "../parameters.ts";
import { say } from "../progress.ts";
import type { Result } from "../result.ts";
import { callsResult } from "./callsResult.ts";
import { deployResult } from "./deployResult.ts";
import { WaitingMachines } from "./waitingMachines.ts";

/** One `pulumi` command. */
export interface Run {
  readonly milliseconds: number;
  readonly calls: readonly Call[];
}

/** One fleet, from an empty account to a release. */
export interface Deploys {
  /** Of the color that is measured. */
  readonly hosts: number;
  readonly otherHosts: number;
  /** Whether its droplets are machines that boot, or such that wait. */
  readonly isReal: boolean;
  /** What was given to `pulumi up`; absent for its default. */
  readonly parallel?: number;
  readonly first: Run;
  readonly deploy: Run;
  /** Where the other color has as many hosts. */
  readonly both?: BothColors;
}

/** Commands of a fleet with as many hosts in both colors. */
export interface BothColors {
  readonly preview: Run;
  readonly noChange: Run;
  readonly switchOver: Run;
}

type FleetKind = Pick<Deploys, "hosts" | "otherHosts" | "isReal" | "parallel">;

/** Fleets of several sizes: how long their deploys take, and how often the API is called. */
export async function benchCloudDeploy(
  parameters: CloudDeployParameters,
): Promise<readonly Result[]> {
  const measured: Deploys[] = [];
  for (const kind of fleets(parameters)) {
    measured.push(await measure(kind));
    // The next one has this machine to itself.
    await cleanUp();
  }
  return [deployResult(measured), callsResult(measured)];
}

export function fleets(parameters: CloudDeployParameters): FleetKind[] {
  const { real, waiting, largest, parallel } = parameters;
  const large = { hosts: largest, otherHosts: 1, isReal: false };
  return [
    ...real.map((hosts) => ({ hosts, otherHosts: 1, isReal: true })),
    ...waiting.map((hosts) => ({ hosts, otherHosts: hosts, isReal: false })),
    large,
    { ...large, parallel },
  ];
}

async function measure(kind: FleetKind): Promise<Deploys> {
  const { hosts, otherHosts, isReal, parallel } = kind;
  const tell = (what: string) => say(`${hosts} ${isReal ? "real" : "waiting"} hosts: ${what}`);
  const account = await CloudAccount.open({
    ...(!isReal && { machines: new WaitingMachines() }),
    limits: { droplets: hosts + otherHosts },
  });
  atEnd(() => account.abandon());
  const images = isReal ? await pushed(account) : NAMES;
  const stack = await account.createStack({
    ...STACK_CONFIG,
    activeColor: "blue",
    blue: { image: images[0], count: hosts },
  });
  const parallelism = parallel === undefined ? [] : ["--parallel", String(parallel)];
  const up = () => run(account, stack, ["up", "--yes", "--skip-preview", ...parallelism]);
  tell("first up");
  const first = await up();
  tell(`a switch to ${otherHosts} hosts of the other color`);
  await stack.set({ green: { image: images[0], count: otherHosts } });
  const both = hosts === otherHosts ? await bothColors(account, stack, up) : undefined;
  if (!both) {
    await stack.set({ activeColor: "green" });
    await up();
  }
  tell("deploy to the idle color");
  await stack.set({ blue: { image: images[1], count: hosts } });
  const deploy = await up();
  checkCalls(account);
  return { ...kind, first, deploy, ...(both && { both }) };
}

/** Brings the other color up, and then moves the traffic there by an up of its own. */
async function bothColors(
  account: CloudAccount,
  stack: TestStack,
  up: () => Promise<Run>,
): Promise<BothColors> {
  await up();
  const preview = await run(account, stack, ["preview"]);
  const noChange = await up();
  await stack.set({ activeColor: "green" });
  return { preview, noChange, switchOver: await up() };
}

/** Machines that wait pull nothing. */
const NAMES = ["registry.example.com/app:v1", "registry.example.com/app:v2"] as const;

async function pushed(account: CloudAccount): Promise<readonly [string, string]> {
  const [v1, v2] = [await buildBackend("v1"), await buildBackend("v2")];
  return [await account.push(v1), await account.push(v2)];
}

async function run(
  { cloud }: CloudAccount,
  stack: TestStack,
  args: readonly string[],
): Promise<Run> {
  const callsBefore = cloud.calls().length;
  const milliseconds = await timeCommand(stack, args);
  return { milliseconds, calls: cloud.calls().slice(callsBefore) };
}
