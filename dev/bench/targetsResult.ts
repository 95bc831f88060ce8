import { count, seconds, times } from "./format.ts";
import type { TargetParameters } from "./parameters.ts";
import type { Result } from "./result.ts";
import { median } from "./statistics.ts";
import type { CommandCost, TargetCosts } from "./targets.ts";

/** The first one is what the others are compared with. */
export function targetsResult(parameters: TargetParameters, all: readonly TargetCosts[]): Result {
  const first = all[0]!;
  const rows = (name: string, costs: (of: TargetCosts) => readonly CommandCost[]) => {
    const took = (of: TargetCosts) => median(costs(of).map(({ milliseconds }) => milliseconds));
    const calls = (of: TargetCosts) => median(costs(of).map(({ calls: made }) => made));
    return [
      [name, ...all.map((of) => seconds(took(of)))],
      [`relative to ${first.target}`, ...all.map((of) => times(took(of) / took(first)))],
      ["API calls", ...all.map((of) => count(calls(of)))],
    ];
  };
  return {
    title: "Commands without a change, by target",
    method: method(parameters),
    head: ["", ...all.map(({ target }) => target)],
    rows: [
      ...rows("no-change up", ({ noChange }) => noChange),
      ...rows("preview without a change", ({ preview }) => preview),
    ],
    goals: [],
  };
}

function method({ hosts, repetitions }: TargetParameters): string[] {
  return [
    `Wall time of \`pulumi\`, from the start of the command to its end, with state in a local folder: ` +
      `median of ${repetitions} runs after a warm-up run, ups with \`--skip-preview\`. One stack per target with ` +
      `${hosts} + ${hosts} hosts: containers on this machine behind our edge, droplets behind DigitalOcean's load ` +
      `balancer, instances behind Octavia. All three stacks are up at the same time and take turns. The ` +
      `accounts are emulated on this machine and answer within milliseconds; over the internet each call ` +
      `takes longer.`,
  ];
}
