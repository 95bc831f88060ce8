import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../../settings/types.ts";

/** The parts of a stack's entrance that exist in the cloud. */
export interface SeenEntrance {
  /** Whether the entrance that the config asks for already has a route. */
  readonly hasRoute: boolean;
  /** Machines that run an edge. */
  readonly edges: number;
  readonly hasBalancer: boolean;
  /** Of the load balancer or the edges. */
  readonly region?: string;
}

/** The entrance can't move: a new one would have another address. */
export function entranceProblems(
  { target, balancer, edge }: Pick<Settings, "target" | "balancer" | "edge">,
  region: string,
  seen: SeenEntrance,
): string[] {
  const found = entranceThere(seen);
  const problems: string[] = [];
  if (found !== undefined && found.balancer !== balancer) {
    problems.push(`balancer: must stay ${found.balancer}, got "${balancer}"`);
  } else if (found?.hosts !== undefined && found.hosts !== edge.hosts) {
    problems.push(`edge.hosts: must stay ${found.hosts}, got ${edge.hosts}`);
  }
  if (seen.region !== undefined && seen.region !== region) {
    problems.push(`${target}.region: must stay ${seen.region}, got "${region}"`);
  }
  return problems.map(
    (problem) =>
      `${problem}: users would have to find a new address. Make a second stack, or destroy this ` +
      `one first.`,
  );
}

interface Entrance {
  readonly balancer: Settings["balancer"];
  /** Set only if certain: an interrupted first `up` may have made half of them. */
  readonly hosts?: number;
}

function entranceThere({ edges, hasBalancer, hasRoute }: SeenEntrance): Entrance | undefined {
  if (edges === 0) return hasBalancer ? { balancer: "managed" } : undefined;
  if (hasBalancer) return { balancer: "edge", hosts: 2 };
  return { balancer: "edge", ...(hasRoute && { hosts: edges }) };
}

/**
 * Hooks that refuse to replace an existing entrance, in a preview too: a new one would have another
 * address and no route. Hooks need a real engine; leave them out under mocks.
 *
 * @param what For the message: `the load balancer blue-green-prod`.
 * @param remedy What to do if the state has lost it.
 */
export function entranceRule(what: string, remedy: string): pulumi.ResourceHookBinding {
  const refuse = new pulumi.ResourceHook(
    "entrance-stays",
    () => {
      throw new Error(
        `${what} exists, and this pulumi up would make a new one, with another address and no ` +
          `route. Revert the setting that causes this (the preview's diff names it), or make a ` +
          `second stack. If the stack's state has lost it: ${remedy}`,
      );
    },
    { onDryRun: true },
  );
  return { beforeCreate: [refuse] };
}
