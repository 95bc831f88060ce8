import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../../settings/types.ts";

/** What of a stack's entrance is in the cloud. */
export interface SeenEntrance {
  /** Whether what the config asks for has a route already. */
  readonly hasRoute: boolean;
  /** Machines that run an edge. */
  readonly edges: number;
  readonly hasBalancer: boolean;
  /** Where the load balancer is, or the edges. */
  readonly region?: string;
}

/** What users come in by can't move, and a new one has another address. */
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
  /** Only where it is certain: a first `up` may have been ended when half of it was there. */
  readonly hosts?: number;
}

function entranceThere({ edges, hasBalancer, hasRoute }: SeenEntrance): Entrance | undefined {
  if (edges === 0) return hasBalancer ? { balancer: "managed" } : undefined;
  if (hasBalancer) return { balancer: "edge", hosts: 2 };
  return { balancer: "edge", ...(hasRoute && { hosts: edges }) };
}

/**
 * Hooks for what users come in by and what is there already: a new one would have another address, and
 * no route. Refused in a preview too. Hooks need a real engine: under mocks leave them out.
 *
 * @param what For the message: `the load balancer blue-green-prod`.
 * @param remedy What to do where the engine does not know of it.
 */
export function entranceRule(what: string, remedy: string): pulumi.ResourceHookBinding {
  const refuse = new pulumi.ResourceHook(
    "entrance-stays",
    () => {
      throw new Error(
        `${what} is there, and this pulumi up would make a new one, with another address and no ` +
          `route. Take back the change of the setting that asks for it (the preview's diff names ` +
          `it), or make a second stack. If the stack's state has lost it: ${remedy}`,
      );
    },
    { onDryRun: true },
  );
  return { beforeCreate: [refuse] };
}
