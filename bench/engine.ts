import { otherColor, type Color } from "../lib/color.ts";
import type { TestStack } from "../test/helpers/testStack.ts";
import { benchStack, buildBackend } from "./backend.ts";
import { monotonic } from "./clock.ts";
import { megabytes, ms, seconds } from "./format.ts";
import type { EngineParameters } from "./parameters.ts";
import { residentBytes } from "./processes.ts";
import { say } from "./progress.ts";
import { goalCells, ratioAtMost, type Result } from "./result.ts";
import { costOfOneMore, median } from "./statistics.ts";

/** Medians in milliseconds, and the peak of memory in bytes, for one number of containers. */
interface Costs {
  readonly count: number;
  readonly firstPreview: number;
  readonly firstPreviewMemory: number;
  /** What needs containers that run is absent where there are only previews. */
  readonly running?: RunningCosts;
}

interface RunningCosts {
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
  return resultOf(parameters, costs);
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
  await run(stack, preview);
  const first = await repeat(parameters.repetitions, () => run(stack, preview));
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
    preview.push(await run(stack, ["preview"]));
    noChange.push(await run(stack, UP));
    await moveTraffic();
    switchOver.push(await run(stack, UP));
  }
  await moveTraffic();
  const switchMemory = await peakMemory(stack, UP, sampleMs);
  await stack.set({ activeColor: (active = "blue") });
  await stack.mustUp();
  const deploy = await repeat(repetitions, async (turn) => {
    say(`${count} containers a color: deploy, ${turn} of ${repetitions}`);
    await changeImage();
    return run(stack, UP);
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

/** Milliseconds from the start of the CLI to its end. */
async function run(stack: TestStack, args: readonly string[]): Promise<number> {
  const start = monotonic();
  check(await stack.pulumi([...args, "--stack", stack.name]));
  return monotonic() - start;
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
  check({ ok: exitCode === 0, output: all });
  return peak;
}

function check({ ok, output }: { ok: boolean; output: string }): void {
  if (!ok) throw new Error(`pulumi failed:\n${output}`);
}

interface AllCosts {
  readonly small: Costs;
  readonly large: Costs;
  readonly huge: Costs;
}

function resultOf(parameters: EngineParameters, { small, large, huge }: AllCosts): Result {
  const all = [small, large, huge];
  const row = (name: string, value: (costs: Costs) => number, text = seconds) => [
    name,
    ...all.map((costs) => text(value(costs))),
  ];
  const running = (name: string, value: (costs: RunningCosts) => number, text = seconds) =>
    row(name, (costs) => (costs.running ? value(costs.running) : NaN), text);
  const [few, many] = [small.running!, large.running!];
  const perContainer = [
    costOfOneMore(firstPreview(small), firstPreview(large)),
    costOfOneMore(firstPreview(large), firstPreview(huge)),
  ] as const;
  const growth = ratioAtMost(
    "engine: a container's cost in a preview, many / few",
    perContainer[1] / perContainer[0],
    LINEAR,
  );
  const switchRatio = ratioAtMost(
    "engine: switch up / no-change up",
    few.switchOver / few.noChange,
    1.5,
  );
  const deployRatio = ratioAtMost(
    `engine: deploying ${large.count} / ${small.count} containers`,
    many.deploy / few.deploy,
    3,
  );
  return {
    title: "Engine cost",
    method: method(parameters),
    head: ["containers a color", ...all.map(({ count }) => String(count)), "ratio", "goal", ""],
    rows: [
      running("no-change up", (of) => of.noChange),
      [...running("switch up", (of) => of.switchOver), ...goalCells(switchRatio)],
      running("preview without a change", (of) => of.preview),
      [
        ...running("up that deploys to the idle color", (of) => of.deploy),
        ...goalCells(deployRatio),
      ],
      row("preview of the first up", (of) => of.firstPreview),
      ["one container more in it", "", ...perContainer.map(ms), ...goalCells(growth)],
      running("peak memory, switch up", (of) => of.switchMemory, megabytes),
      running("peak memory, up that deploys", (of) => of.deployMemory, megabytes),
      row("peak memory, preview of the first up", (of) => of.firstPreviewMemory, megabytes),
    ],
    goals: [switchRatio, deployRatio, growth],
  };
}

/** Both colors' containers count. */
function firstPreview({ count, firstPreview: cost }: Costs) {
  return { count: 2 * count, cost };
}

/** Growth counts as linear up to this; 1 would be exactly linear, and medians are not exact. */
const LINEAR = 1.5;

function method({ repetitions, small, large, huge, sampleMs }: EngineParameters): string[] {
  return [
    `Wall time of \`pulumi\` with state in a local folder, from the start of the command to its end, ` +
      `as median of ${repetitions} runs; ups with \`--skip-preview\`. Stacks of target local with ${small}, ${large} and ` +
      `${huge} containers in each color; ${huge} only in previews of a stack that is not there yet. Preview, ` +
      `no-change up and switch take turns. A deploy replaces the image of all containers of the idle ` +
      `color; the image has no HEALTHCHECK, so each container is watched for three seconds, and ` +
      `starts and stops at once. The ratio of the switch is that of ${small} containers a color.`,
    `Peak memory is the sum of the resident memory of the CLI, the language host, the program, ` +
      `plugins and host scripts, read every ${sampleMs} ms in a run of its own; pages that processes share ` +
      `count for each of them.`,
  ];
}
