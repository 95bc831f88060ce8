import type { Costs, RunningCosts } from "./engine.ts";
import { megabytes, ms, seconds } from "./format.ts";
import type { EngineParameters } from "./parameters.ts";
import { goalCells, ratioAtMost, type Result } from "./result.ts";
import { costOfOneMore } from "./statistics.ts";

export interface AllCosts {
  readonly small: Costs;
  readonly large: Costs;
  readonly huge: Costs;
}

export function engineResult(
  parameters: EngineParameters,
  { small, large, huge }: AllCosts,
): Result {
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
    head: ["containers per color", ...all.map(({ count }) => String(count)), "ratio", "goal", ""],
    rows: [
      running("no-change up", (of) => of.noChange),
      [...running("switch up", (of) => of.switchOver), ...goalCells(switchRatio)],
      running("preview without a change", (of) => of.preview),
      [
        ...running("up that deploys to the idle color", (of) => of.deploy),
        ...goalCells(deployRatio),
      ],
      row("preview of the first up", (of) => of.firstPreview),
      ["each additional container in it", "", ...perContainer.map(ms), ...goalCells(growth)],
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
    `Wall time of \`pulumi\`, from the start of the command to its end, with state in a local folder: ` +
      `median of ${repetitions} runs, ups with \`--skip-preview\`. The stacks have target local and ${small}, ${large} or ${huge} ` +
      `containers per color; ${huge} only in previews of a stack that does not exist yet. Preview, ` +
      `no-change up and switch take turns. A deploy replaces the image of all containers of the idle ` +
      `color. The image has no HEALTHCHECK, so each container is watched for three seconds; it starts ` +
      `and stops immediately. The ratio for the switch is with ${small} containers per color.`,
    `Peak memory is the sum of the resident memory of the CLI, the language host, the program, the ` +
      `plugins and the host scripts, sampled every ${sampleMs} ms in a separate run. Shared pages count once ` +
      `for each process.`,
  ];
}
