import { execa } from "execa";
import { join } from "node:path";
import { otherColor, type Color } from "../../lib/color.ts";
import { installProject } from "../../test/helpers/installedPackage.ts";
import type { TestStack } from "../../test/helpers/testStack.ts";
import { makeSourceWorkspace } from "../../test/helpers/workspace.ts";
import { ROOT } from "../setup/places.mjs";
import { benchStack, buildBackend } from "./backend.ts";
import { monotonic } from "./clock.ts";
import { timeCommand } from "./command.ts";
import { seconds } from "./format.ts";
import type { PackageParameters } from "./parameters.ts";
import { say } from "./progress.ts";
import { goalCells, ratioAtMost, type Result } from "./result.ts";
import { median } from "./statistics.ts";

const UP = ["up", "--yes", "--skip-preview"];
const MOST = 0.6;

/** One form of the program, with a stack of its own that runs. */
interface Form {
  readonly stack: TestStack;
  /** `bluegreen` of that form. */
  readonly program: string;
}

const COMMANDS = {
  "no-change up": ({ stack }: Form) => timeCommand(stack, UP),
  "preview without a change": ({ stack }: Form) => timeCommand(stack, ["preview"]),
  "switch up": ({ stack }: Form) => timeCommand(stack, UP),
  "bluegreen status": timeStatus,
} as const;

type Command = keyof typeof COMMANDS;
type Times = Readonly<Record<Command, number[]>>;

/** What a user waits for: the compiled package beside a checkout that runs its sources with a loader. */
export async function benchPackage(
  { repetitions, containers }: PackageParameters,
  base = ROOT,
): Promise<Result> {
  const image = await buildBackend("v1");
  const color = { image, count: containers };
  const make = (folder: () => Promise<string>) =>
    benchStack({ activeColor: "blue", blue: color, green: color }, folder);
  const checkout = { stack: await make(() => makeSourceWorkspace(base)), program: programIn(base) };
  const installed = await make(installProject);
  const forms = [
    checkout,
    { stack: installed, program: programIn(join(installed.folder, "node_modules/blue-green")) },
  ];
  const times: [Times, Times] = [noTimes(), noTimes()];
  for (const { stack } of forms) await stack.mustUp();
  let active: Color = "blue";
  // The first turn also fills the caches of this machine.
  for (let turn = 0; turn <= repetitions; turn++) {
    say(`both forms in turns, ${turn} of ${repetitions}`);
    active = otherColor(active);
    for (const command of Object.keys(COMMANDS) as Command[]) {
      for (const [at, form] of forms.entries()) {
        if (command === "switch up") await form.stack.set({ activeColor: active });
        const took = await COMMANDS[command](form);
        if (turn > 0) times[at]?.[command].push(took);
      }
    }
  }
  return packageResult(repetitions, containers, base === ROOT, times);
}

function programIn(folder: string): string {
  return join(folder, "release", "bluegreen.mjs");
}

function noTimes(): Times {
  const names = Object.keys(COMMANDS) as Command[];
  return Object.fromEntries(names.map((name) => [name, [] as number[]])) as unknown as Times;
}

async function timeStatus({ stack, program }: Form): Promise<number> {
  const start = monotonic();
  const options = { cwd: stack.folder, env: stack.environment, stdin: "ignore" } as const;
  await execa(process.execPath, [program, "status", "--stack", stack.name], options);
  return monotonic() - start;
}

function packageResult(
  repetitions: number,
  containers: number,
  isThisVersion: boolean,
  [before, after]: readonly [Times, Times],
): Result {
  const names = Object.keys(COMMANDS) as Command[];
  const measured = names.map((name) => {
    const [checkout, installed] = [median(before[name]), median(after[name])];
    const goal = ratioAtMost(`package / checkout: ${name}`, installed / checkout, MOST);
    return { name, checkout, installed, goal };
  });
  return {
    title: "Package",
    method: [
      `Wall time from the start of a command to its end, as median of ${repetitions} runs, on two stacks of ` +
        `target local with ${containers} containers in each color. One is run by a checkout of ` +
        `${isThisVersion ? "this version" : "the version that it is compared with"}, whose sources go through ` +
        "a TypeScript loader, the other by the package as npm installs it. Both take turns, command by " +
        "command, after one turn that is not counted. State is in a local folder; ups with `--skip-preview`.",
    ],
    head: ["command", "checkout", "package", "ratio", "goal", ""],
    rows: measured.map(({ name, checkout, installed, goal }) => [
      ...[name, seconds(checkout), seconds(installed)],
      ...goalCells(goal),
    ]),
    goals: measured.map(({ goal }) => goal),
  };
}
