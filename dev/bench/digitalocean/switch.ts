import { measureWays } from "../cloud/moves.ts";
import type { CloudSwitchParameters } from "../parameters.ts";
import type { Result } from "../result.ts";
import { openFleet } from "./fleet.ts";
import { cloudSwitchResult } from "./switchResult.ts";
import { WAYS } from "./ways.ts";

/** The same fleet, moved by our switch and by what people do without it, one after the other. */
export async function benchCloudSwitch(parameters: CloudSwitchParameters): Promise<Result> {
  const fleet = await openFleet(parameters.hosts);
  return cloudSwitchResult(parameters, await measureWays(WAYS, fleet, parameters));
}
