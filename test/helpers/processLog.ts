import { execa } from "execa";
import type { TestStack } from "./testStack.ts";

/** One run of a process's container, in milliseconds. */
export interface Run {
  readonly process: string;
  readonly color: string;
  readonly container: string;
  readonly from: number;
  readonly to: number;
}

export interface ProcessLog {
  /** Ends the log. */
  stop(): Promise<Run[]>;
}

/** Records when Docker starts the stack's processes, and when they end. */
export function startProcessLog(stack: TestStack): ProcessLog {
  const label = (name: string) => `{{index .Actor.Attributes "blue-green.${name}"}}`;
  const events = execa(
    "docker",
    [
      ...[
        "events",
        "--filter",
        "type=container",
        "--filter",
        "event=start",
        "--filter",
        "event=die",
      ],
      ...["--filter", `label=blue-green.stack=blue-green/${stack.name}`],
      ...["--filter", "label=blue-green.kind"],
      "--format",
      `{{.TimeNano}}\t{{.Action}}\t{{.Actor.ID}}\t${label("process")}\t${label("color")}`,
    ],
    { reject: false },
  );
  return {
    async stop(): Promise<Run[]> {
      events.kill();
      return runsIn((await events).stdout, Date.now());
    },
  };
}

/** @param now The end of those that still run. */
export function runsIn(log: string, now: number): Run[] {
  const open = new Map<string, number>();
  const runs: Run[] = [];
  const lines = log.split("\n").map((line) => line.split("\t"));
  for (const [at = "", action, container = "", process = "", color = ""] of lines) {
    const time = Number(at) / 1e6;
    if (action === "start") open.set(`${container}\t${process}\t${color}`, time);
    if (action !== "die") continue;
    const from = open.get(`${container}\t${process}\t${color}`);
    open.delete(`${container}\t${process}\t${color}`);
    if (from !== undefined) runs.push({ process, color, container, from, to: time });
  }
  for (const [key, from] of open) {
    const [container = "", process = "", color = ""] = key.split("\t");
    runs.push({ process, color, container, from, to: now });
  }
  return runs;
}

/** How long runs of different containers took place at the same time, for each pair that did. */
export function overlaps(
  runs: readonly Run[],
  isPair: (a: Run, b: Run) => boolean = () => true,
): number[] {
  return runs
    .flatMap((a, at) => runs.slice(at + 1).map((b) => [a, b] as const))
    .filter(([a, b]) => a.container !== b.container && isPair(a, b))
    .map(([a, b]) => Math.min(a.to, b.to) - Math.max(a.from, b.from))
    .filter((time) => time > 0);
}
