import type { Delay } from "../../schedule.ts";

export interface OctaviaDelays {
  /** From a load balancer's creation to `ACTIVE`, the making of its HAProxy not counted. */
  readonly create: Delay;
  /** From a change to its effect in the data plane. */
  readonly effect: Delay;
  /** From the effect to `ACTIVE`. */
  readonly confirm: Delay;
  /** Between two reports of what the health checks say. */
  readonly heartbeat: Delay;
}

/**
 * A real amphora is a virtual machine that boots for a minute or two, and reports every 10 s
 * (`heartbeat_interval`); both are shorter here, since only waiting is at stake. A change is not.
 */
export const OCTAVIA_DELAYS: OctaviaDelays = {
  create: { from: 1000, to: 2000 },
  effect: { from: 500, to: 2000 },
  confirm: { from: 200, to: 1000 },
  heartbeat: 2000,
};

/** What a project may have, by the API's names; -1 is no limit. */
export type Quotas = Record<QuotaName, number>;
export type QuotaName =
  "loadbalancer" | "listener" | "pool" | "member" | "healthmonitor" | "l7policy" | "l7rule";

/** Octavia's defaults: no limits. */
export const QUOTAS: Readonly<Quotas> = {
  ...{ loadbalancer: -1, listener: -1, pool: -1, member: -1 },
  ...{ healthmonitor: -1, l7policy: -1, l7rule: -1 },
};

export interface Flavor {
  readonly id: string;
  readonly name: string;
  readonly description: string;
}

/** Named as OVH's are. */
export const FLAVORS: readonly Flavor[] = [
  {
    ...{ id: "5d1f2b4c-3a67-4a0e-9a4e-0c6f7b1e2d31", name: "small" },
    description: "Load balancer of size S",
  },
  {
    ...{ id: "7e9a0d52-86c1-4d1b-8f0f-5b2a9c4d6e42", name: "medium" },
    description: "Load balancer of size M",
  },
  {
    ...{ id: "9c3b6f18-2d40-4f7a-a5c9-1e8d7f6a5b53", name: "large" },
    description: "Load balancer of size L",
  },
];
