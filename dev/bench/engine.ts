import { otherColor, type Color } from "../../lib/color.ts";
import type { TestStack } from "../../test/helpers/testStack.ts";
import { benchStack, buildBackend } from "./backend.ts";
import { mustBeOk, timeCommand } from "./command.ts";
import { engineResult } from "./engineResult.ts";
import type { EngineParameters } from "./parameters.ts";
import { residentBytes } from "./processes.ts";
import { say } from "./progress.ts";
import type { Result } from "./result.ts";
import { median } from "./statistics.ts";

/** Medians in milliseconds, and the peak of memory in bytes, for one number of containers. */
export interface Costs {
  readonly count: number;
  readonly firstPreview: number;
  readonly firstPreviewMemory: number;
  /** What needs containers that run is absent where there are only previews. */
  readonly running?: RunningCosts;
}

export interface RunningCosts {
  readonly preview: number;
  readonly noChange: number;
  readonly switchOver: number;
  readonly deploy: number;
  readonly switchMemory: number;
  readonly deployMemory: number;
}

type Images = readonly [string, string];

/** What the engine costs, and how that grows with the number of containers. */
export async function benchEngine(parameters: EngineParameters): Promise<Result> {
  const images = [await buildBackend("v1"), await buildBackend("v2")] as const;
  const { small, large, huge } = parameters;
  const costs = {
    small: await measure(small, images, parameters, { isRun: true }),
    large: await measure(large, images, parameters, { isRun: true }),
    huge: await measure(huge, images, parameters, { isRun: false }),
  };
  return engineResult(parameters, costs);
}

async function measure(
  count: number,
  images: Images,
  parameters: EngineParameters,
  { isRun }: { isRun: boolean },
): Promise<Costs> {
  say(`${count} containers a color: previews`);
  const stack = await benchStack({
    activeColor: "blue",
    blue: { image: images[0], count },
    green: { image: images[1], count },
  });
  const preview = ["preview"];
  // The first one of all also fills the caches of this machine.
  await timeCommand(stack, preview);
  const first = await repeat(parameters.repetitions, () => timeCommand(stack, preview));
  return {
    count,
    firstPreview: median(first),
    firstPreviewMemory: await peakMemory(stack, preview, parameters.sampleMs),
    ...(isRun && { running: await measureRunning(stack, count, images, parameters) }),
  };
}

const UP = ["up", "--yes", "--skip-preview"];

async function measureRunning(
  stack: TestStack,
  count: number,
  images: Images,
  { repetitions, sampleMs }: EngineParameters,
): Promise<RunningCosts> {
  say(`${count} containers a color: first up`);
  await stack.mustUp();
  let active: Color = "blue";
  const moveTraffic = () => stack.set({ activeColor: (active = otherColor(active)) });
  let version = 1;
  // The color that has no traffic after an even number of switches.
  const changeImage = () => stack.set({ green: { image: images[(version = 1 - version)], count } });

  const preview: number[] = [];
  const noChange: number[] = [];
  const switchOver: number[] = [];
  // In turns, so that a slow minute of the machine meets all three.
  for (let turn = 1; turn <= repetitions; turn++) {
    say(`${count} containers a color: preview, no change, switch, ${turn} of ${repetitions}`);
    preview.push(await timeCommand(stack, ["preview"]));
    noChange.push(await timeCommand(stack, UP));
    await moveTraffic();
    switchOver.push(await timeCommand(stack, UP));
  }
  await moveTraffic();
  const switchMemory = await peakMemory(stack, UP, sampleMs);
  await stack.set({ activeColor: (active = "blue") });
  await stack.mustUp();
  const deploy = await repeat(repetitions, async (turn) => {
    say(`${count} containers a color: deploy, ${turn} of ${repetitions}`);
    await changeImage();
    return timeCommand(stack, UP);
  });
  await changeImage();
  return {
    preview: median(preview),
    noChange: median(noChange),
    switchOver: median(switchOver),
    deploy: median(deploy),
    switchMemory,
    deployMemory: await peakMemory(stack, UP, sampleMs),
  };
}

async function repeat(times: number, work: (turn: number) => Promise<number>): Promise<number[]> {
  const took: number[] = [];
  for (let turn = 1; turn <= times; turn++) took.push(await work(turn));
  return took;
}

/** Bytes; in a run of its own, since looking that often costs time. */
async function peakMemory(
  stack: TestStack,
  args: readonly string[],
  sampleMs: number,
): Promise<number> {
  const cli = stack.start([...args, "--stack", stack.name]);
  let peak = 0;
  const sampling = setInterval(() => {
    if (cli.pid !== undefined) peak = Math.max(peak, residentBytes(cli.pid));
  }, sampleMs);
  const { exitCode, all } = await cli;
  clearInterval(sampling);
  mustBeOk({ ok: exitCode === 0, output: all });
  return peak;
}
