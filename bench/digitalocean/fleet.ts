import { type Color, COLORS } from "../../lib/color.ts";
import { CloudAccount } from "../../test/helpers/cloudStack.ts";
import type { StackConfig, TestStack } from "../../test/helpers/testStack.ts";
import { buildBackend, STACK_CONFIG } from "../backend.ts";
import { atEnd } from "../cleanUp.ts";
import { say } from "../progress.ts";

/** Both colors on droplets behind the managed balancer, in an emulated account. */
export interface Fleet {
  readonly account: CloudAccount;
  readonly stack: TestStack;
  /** The droplets of each color. */
  readonly ids: Readonly<Record<Color, readonly number[]>>;
  /** The public URL of the stack's balancer. */
  readonly url: string;
  /** What each color runs, and on how many droplets. */
  readonly pools: Readonly<Record<Color, { readonly image: string; readonly count: number }>>;
}

/** For requests in flight; those of the benchmark end at once. */
export const DRAIN_SECONDS = 5;

/** Brings up as many real droplets of each color, with blue live. */
export async function openFleet(droplets: number): Promise<Fleet> {
  const account = await CloudAccount.open();
  atEnd(() => account.abandon());
  const [v1, v2] = [await buildBackend("v1"), await buildBackend("v2")];
  const pools = {
    blue: { image: await account.push(v1), count: droplets },
    green: { image: await account.push(v2), count: droplets },
  };
  const stack = await account.createStack(fleetConfig({ pools }));
  say(`${droplets} droplets a color: first up`);
  await stack.mustUp();
  const { url } = await stack.outputs();
  return { account, stack, ids: await idsByColor(account, stack), url: String(url), pools };
}

/** The config of a stack that runs the fleet's pools, with blue live. */
export function fleetConfig({ pools }: Pick<Fleet, "pools">): StackConfig {
  return { ...STACK_CONFIG, drainSeconds: DRAIN_SECONDS, activeColor: "blue", ...pools };
}

async function idsByColor(account: CloudAccount, stack: TestStack): Promise<Fleet["ids"]> {
  const droplets = await account.droplets(stack);
  const of = (color: Color) =>
    droplets.filter(({ host }) => host.startsWith(color)).map(({ id }) => id);
  return Object.fromEntries(COLORS.map((color) => [color, of(color)])) as Record<Color, number[]>;
}

/** Figures of an account that was asked for what the vendor does not know are worth nothing. */
export function checkCalls({ cloud: { violations } }: CloudAccount): void {
  if (violations.length === 0) return;
  throw new Error(`calls against the vendor's description: ${JSON.stringify(violations)}`);
}
