import type { Call } from "../emulators/http/callLog.ts";
import { CloudAccount } from "../../test/helpers/cloudStack.ts";
import type { TestStack } from "../../test/helpers/testStack.ts";
import { benchStack, buildBackend } from "./backend.ts";
import { checkCalls, type CloudFleet, openCloudFleet } from "./cloud/fleet.ts";
import { timeCommand } from "./command.ts";
import { openFleet } from "./openstack/fleet.ts";
import type { TargetParameters } from "./parameters.ts";
import { say } from "./progress.ts";
import type { Result } from "./result.ts";
import { targetsResult } from "./targetsResult.ts";

/** Commands on a stack of one target, in which nothing is to be done. */
export interface TargetCosts {
  /** As in the setting `target`. */
  readonly target: string;
  readonly noChange: readonly CommandCost[];
  readonly preview: readonly CommandCost[];
}

export interface CommandCost {
  readonly milliseconds: number;
  /** Calls of the cloud's API. */
  readonly calls: number;
}

interface Place {
  readonly target: string;
  readonly stack: TestStack;
  calls(): readonly Call[];
}

const COMMANDS = { preview: ["preview"], noChange: ["up", "--yes", "--skip-preview"] };

/** What a command costs where nothing has changed, on a stack of each target. */
export async function benchTargets(parameters: TargetParameters): Promise<Result> {
  const { hosts, repetitions } = parameters;
  const clouds = [
    inCloud("digitalocean", await openCloudFleet(await CloudAccount.open(), hosts)),
    inCloud("ovh", await openFleet(hosts)),
  ];
  const costs = [await localPlace(hosts), ...clouds].map((place) => ({
    ...{ place, preview: [] as CommandCost[], noChange: [] as CommandCost[] },
  }));
  // In turns, so that a slow minute of the machine meets all of them.
  for (let turn = 0; turn <= repetitions; turn++) {
    for (const { place, ...found } of costs) {
      say(`${place.target}: preview and no-change up, ${turn} of ${repetitions}`);
      for (const name of ["preview", "noChange"] as const) {
        const cost = await measure(place, COMMANDS[name]);
        // The first one of all fills caches.
        if (turn > 0) found[name].push(cost);
      }
    }
  }
  for (const { account } of clouds) checkCalls(account);
  return targetsResult(
    parameters,
    costs.map(({ place: { target }, preview, noChange }) => ({ target, preview, noChange })),
  );
}

function inCloud(target: string, { account, stack }: CloudFleet) {
  return { target, stack, account, calls: () => account.cloud.calls() };
}

async function localPlace(count: number): Promise<Place> {
  const stack = await benchStack({
    activeColor: "blue",
    blue: { image: await buildBackend("v1"), count },
    green: { image: await buildBackend("v2"), count },
  });
  say(`${count} containers a color: first up`);
  await stack.mustUp();
  return { target: "local", stack, calls: () => [] };
}

async function measure(place: Place, args: readonly string[]): Promise<CommandCost> {
  const before = place.calls().length;
  const milliseconds = await timeCommand(place.stack, args);
  return { milliseconds, calls: place.calls().length - before };
}
