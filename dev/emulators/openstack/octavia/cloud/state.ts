import { randomUUID } from "node:crypto";
import type { Labels } from "../../../labels.ts";
import type { Schedule } from "../../../schedule.ts";
import type { OctaviaDelays, Quotas } from "../options.ts";
import type { Balancers } from "../plane/balancers.ts";
import type { VipPorts } from "../plane/vips.ts";
import { only } from "../refusal.ts";
import type {
  HealthMonitor,
  Listener,
  LoadBalancer,
  Member,
  Policy,
  Pool,
  Resource,
  Rule,
} from "./records.ts";
import type { Stuck } from "./stuck.ts";
import type { Traffic } from "./traffic.ts";

export interface StateOptions {
  readonly balancers: Balancers;
  readonly vips: VipPorts;
  /** Key and certificates as PEM for the reference of a secret's container; absent for none. */
  readonly certificate: (this: void, ref: string) => string | undefined;
  readonly schedule: Schedule;
  readonly delays: OctaviaDelays;
  readonly quotas: Quotas;
  readonly labels: Labels;
}

/** All load balancers and what belongs to them, each kind in the order of its creation. */
export class State {
  readonly options: StateOptions;
  readonly balancers = new Map<string, LoadBalancer>();
  readonly listeners = new Map<string, Listener>();
  readonly pools = new Map<string, Pool>();
  readonly members = new Map<string, Member>();
  readonly monitors = new Map<string, HealthMonitor>();
  /** Those of one listener in the order of their positions. */
  readonly policies = new Map<string, Policy>();
  readonly rules = new Map<string, Rule>();
  /** Floating addresses by the id of the VIP's port, and by Docker's name of their network. */
  readonly floating = new Map<string, Map<string, string>>();
  readonly stuck: Stuck;
  readonly traffic: Traffic;

  constructor(options: StateOptions, stuck: Stuck, traffic: Traffic) {
    this.options = options;
    this.stuck = stuck;
    this.traffic = traffic;
  }

  balancer(id: string): LoadBalancer {
    return only(this.balancers.get(id), "Load Balancer", id);
  }

  listener(id: string): Listener {
    return only(this.listeners.get(id), "Listener", id);
  }

  pool(id: string): Pool {
    return only(this.pools.get(id), "Pool", id);
  }

  listenersOf(balancer: LoadBalancer): Listener[] {
    return [...this.listeners.values()].filter((it) => it.balancer === balancer);
  }

  poolsOf(balancer: LoadBalancer): Pool[] {
    return [...this.pools.values()].filter((it) => it.balancer === balancer);
  }

  membersOf(pool: Pool): Member[] {
    return [...this.members.values()].filter((it) => it.pool === pool);
  }

  monitorOf(pool: Pool): HealthMonitor | undefined {
    return [...this.monitors.values()].find((it) => it.pool === pool);
  }

  policiesOf(listener: Listener): Policy[] {
    return [...this.policies.values()].filter((it) => it.listener === listener);
  }

  rulesOf(policy: Policy): Rule[] {
    return [...this.rules.values()].filter((it) => it.policy === policy);
  }

  /** Listeners that send traffic to a pool: by default, or by a policy that is on and has a rule. */
  listenersUsing(pool: Pool): Listener[] {
    return [...this.listeners.values()].filter(
      (listener) =>
        listener.settings.default_pool_id === pool.id ||
        this.policiesOf(listener).some(
          (policy) =>
            policy.settings.redirect_pool_id === pool.id &&
            policy.settings.admin_state_up &&
            this.rulesOf(policy).length > 0,
        ),
    );
  }
}

/** What every new resource begins as. */
export function newResource(projectId: string): Resource {
  return {
    ...{ id: randomUUID(), projectId, createdAt: timestamp(), updatedAt: null },
    ...{ provisioning: "PENDING_CREATE", operating: "OFFLINE" },
  };
}

/** Times as Octavia writes them: UTC, without saying so. */
export function timestamp(at = Date.now()): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, "");
}
