import { otherColor } from "../color.ts";
import type { BalancerByHand } from "../observation.ts";
import type { StackTags } from "./tags.ts";

/** A load balancer whose members are a tag. */
export function managedByHand(name: string, tags: StackTags): BalancerByHand {
  return {
    name,
    setRoute: ({ active }) =>
      `in DigitalOcean's control panel, give the tags ${tags.live} and ${tags.ready} to the droplets ` +
      `of ${active}, and take them off those of ${otherColor(active)}`,
    mend: "Look at it in DigitalOcean's control panel.",
  };
}
