import { type Color, COLORS } from "../../../lib/color.ts";
import { CloudAccount } from "../../../test/helpers/cloudStack.ts";
import type { TestStack } from "../../../test/helpers/testStack.ts";
import { type CloudFleet, openCloudFleet } from "../cloud/fleet.ts";

/** Both colors on droplets behind the managed balancer. */
export interface Fleet extends CloudFleet<CloudAccount> {
  /** The droplets of each color. */
  readonly ids: Readonly<Record<Color, readonly number[]>>;
}

/** Brings up as many real droplets of each color, with blue live. */
export async function openFleet(droplets: number): Promise<Fleet> {
  const fleet = await openCloudFleet(await CloudAccount.open(), droplets);
  return { ...fleet, ids: await idsByColor(fleet.account, fleet.stack) };
}

async function idsByColor(account: CloudAccount, stack: TestStack): Promise<Fleet["ids"]> {
  const droplets = await account.droplets(stack);
  const of = (color: Color) =>
    droplets.filter(({ host }) => host.startsWith(color)).map(({ id }) => id);
  return Object.fromEntries(COLORS.map((color) => [color, of(color)])) as Record<Color, number[]>;
}
