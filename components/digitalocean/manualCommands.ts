import { otherColor } from "../../lib/color.ts";
import type { ManualCommands } from "../../lib/observation.ts";
import type { StackTags } from "./tags.ts";

/** A load balancer whose members are a tag. */
export function loadBalancerManualCommands(name: string, tags: StackTags): ManualCommands {
  return {
    name,
    setRoute: ({ active }) =>
      `in DigitalOcean's control panel, give the tags ${tags.live} and ${tags.ready} to the droplets ` +
      `of ${active}, and take them off those of ${otherColor(active)}`,
    mend: "Look at it in DigitalOcean's control panel.",
  };
}
