import { sshEnvironment } from "../../../components/machine/hostKeys.ts";
import type { Color } from "../../../lib/color.ts";
import { EmulatedAccount } from "../../../test/helpers/emulatedAccount.ts";
import { RouteScript } from "../../../test/helpers/routeScript.ts";
import type { TestStack } from "../../../test/helpers/testStack.ts";
import { say } from "../progress.ts";
import { type CloudFleet, fleetConfig } from "./fleet.ts";
import type { Way } from "./way.ts";

/** As a user switches. */
export function byUp(stack: TestStack): Way["moveTo"] {
  return async (color) => {
    await stack.set({ activeColor: color });
    await stack.mustUp();
  };
}

/** The switch's own program alone, as the resource `balancer-route` starts it. */
export function byProgram(program: RouteScript): Way["moveTo"] {
  return async (color) => {
    const { ok, output } = await program.run(color);
    if (!ok) throw new Error(`the program that sets the route failed:\n${output}`);
  };
}

/** That of a stack with edges on hosts. */
export function edgeProgram(stack: TestStack): Promise<RouteScript> {
  const environment = sshEnvironment({ secret: EmulatedAccount.SECRET });
  return RouteScript.of(stack, environment, (active: Color) => {
    const now = new Date().toISOString();
    const route = { active, canaryWeight: 0, testers: false };
    return { route, generation: now, activeGate: now, canaryGate: now };
  });
}

/** One more stack in the fleet's account, with an edge on two hosts; blue is live. */
export async function edgeStack(
  fleet: CloudFleet,
  more: Readonly<Record<string, unknown>> = {},
): Promise<TestStack> {
  const config = { ...fleetConfig(fleet), balancer: "edge", ...more };
  const stack = await fleet.account.createStack(config);
  say("an edge on two hosts: first up");
  await stack.mustUp();
  return stack;
}
