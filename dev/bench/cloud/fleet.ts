import type { Call, Violation } from "../../emulators/http/callLog.ts";
import type { EmulatedCloud } from "../../emulators/registry/registryBeside.ts";
import type { EmulatedAccount } from "../../../test/helpers/emulatedAccount.ts";
import type { StackConfig, TestStack } from "../../../test/helpers/testStack.ts";
import type { Color } from "../../../lib/color.ts";
import { buildBackend, STACK_CONFIG } from "../backend.ts";
import { atEnd } from "../cleanUp.ts";
import { say } from "../progress.ts";

export interface BenchedCloud extends EmulatedCloud {
  calls(): readonly Call[];
  readonly violations: readonly Violation[];
}

/** Both colors on hosts behind a balancer, in an emulated account. */
export interface CloudFleet<
  Account extends EmulatedAccount<BenchedCloud> = EmulatedAccount<BenchedCloud>,
> {
  readonly account: Account;
  readonly stack: TestStack;
  /** The public URL of the stack's balancer. */
  readonly url: string;
  /** What each color runs, and on how many hosts. */
  readonly pools: Readonly<Record<Color, { readonly image: string; readonly count: number }>>;
}

/** For requests in flight; those of the benchmark end at once. */
export const DRAIN_SECONDS = 5;

/** Brings up as many real hosts of each color, with blue live; the account ends with the run. */
export async function openCloudFleet<Account extends EmulatedAccount<BenchedCloud>>(
  account: Account,
  hosts: number,
  more: StackConfig = {},
): Promise<CloudFleet<Account>> {
  atEnd(() => account.abandon());
  const [v1, v2] = [await buildBackend("v1"), await buildBackend("v2")];
  const pools = {
    blue: { image: await account.push(v1), count: hosts },
    green: { image: await account.push(v2), count: hosts },
  };
  const stack = await account.createStack({ ...fleetConfig({ pools }), ...more });
  say(`${hosts} + ${hosts} hosts: first up`);
  await stack.mustUp();
  const { url } = await stack.outputs();
  return { account, stack, url: String(url), pools };
}

/** The config of a stack that runs the fleet's pools, with blue live. */
export function fleetConfig({ pools }: Pick<CloudFleet, "pools">): StackConfig {
  return { ...STACK_CONFIG, drainSeconds: DRAIN_SECONDS, activeColor: "blue", ...pools };
}

/** Figures of an account that was asked for what the vendor does not know are worth nothing. */
export function checkCalls({ cloud: { violations } }: { readonly cloud: BenchedCloud }): void {
  if (violations.length === 0) return;
  throw new Error(`calls against the vendor's description: ${JSON.stringify(violations)}`);
}

/** What several ways of one fleet share: made when the first of them is opened. */
export function oncePerFleet<Fleet extends object, Made>(
  make: (fleet: Fleet) => Promise<Made>,
): (fleet: Fleet) => Promise<Made> {
  const all = new WeakMap<Fleet, Promise<Made>>();
  return (fleet) => {
    const made = all.get(fleet) ?? make(fleet);
    all.set(fleet, made);
    return made;
  };
}
