import type { EmulatedCloud } from "../../dev/emulators/registry/registryBeside.ts";
import type { EmulatedAccount } from "./emulatedAccount.ts";
import { buildApp } from "./images.ts";
import type { StackConfig, TestStack } from "./testStack.ts";

/** A switch behind our own edge, as a preview shows it. */
export const SWITCH_STEPS = ["create gate-green-1", "delete gate-blue-1", "update balancer-route"];

/** One host of each color behind our own edge in a cloud, with blue active; not yet brought up. */
export async function createEdgeStack(
  account: EmulatedAccount<EmulatedCloud>,
  more: StackConfig,
): Promise<TestStack> {
  const [blue, green] = [await buildApp("v1"), await buildApp("v2")];
  return account.createStack({
    activeColor: "blue",
    balancer: "edge",
    drainSeconds: 5,
    blue: { image: await account.push(blue), count: 1 },
    green: { image: await account.push(green), count: 1 },
    ...more,
  });
}
