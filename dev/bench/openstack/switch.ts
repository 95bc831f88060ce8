import { measureWays } from "../cloud/moves.ts";
import type { CloudSwitchParameters } from "../parameters.ts";
import type { Result } from "../result.ts";
import { openFleet } from "./fleet.ts";
import { ovhSwitchResult } from "./switchResult.ts";
import { WAYS } from "./ways.ts";

/** The same hosts behind Octavia, our edge and an HAProxy edited by hand, one after the other. */
export async function benchOvhSwitch(parameters: CloudSwitchParameters): Promise<Result> {
  const fleet = await openFleet(parameters.hosts);
  return ovhSwitchResult(parameters, await measureWays(WAYS, fleet, parameters));
}
