import type {
  ListenerSettings,
  MemberSettings,
  MonitorSettings,
  PolicySettings,
  PoolSettings,
  RuleSettings,
} from "../plane/balancers.ts";
import type { RunningBalancer } from "../plane/balancers.ts";
import type { Vip } from "../plane/vips.ts";

export type Provisioning =
  "ACTIVE" | "ERROR" | "PENDING_CREATE" | "PENDING_UPDATE" | "PENDING_DELETE";

export type Operating = "ONLINE" | "OFFLINE" | "DEGRADED" | "ERROR" | "DRAINING" | "NO_MONITOR";

/** What every resource has. */
export interface Resource {
  readonly id: string;
  readonly projectId: string;
  readonly createdAt: string;
  updatedAt: string | null;
  provisioning: Provisioning;
  operating: Operating;
}

export interface LoadBalancer extends Resource {
  readonly vip: Vip;
  readonly provider: string;
  readonly flavorId: string | null;
  settings: {
    readonly name: string;
    readonly description: string;
    readonly admin_state_up: boolean;
    readonly tags: readonly string[];
  };
  /** Absent until it is made. */
  running?: RunningBalancer;
  /** What is being done to the running balancer, one thing after the other. */
  work: Promise<void>;
}

export interface Listener extends Resource {
  readonly balancer: LoadBalancer;
  settings: ListenerSettings;
}

export interface Pool extends Resource {
  readonly balancer: LoadBalancer;
  settings: PoolSettings;
}

export interface Member extends Resource {
  readonly pool: Pool;
  settings: MemberSettings;
}

export interface HealthMonitor extends Resource {
  readonly pool: Pool;
  settings: MonitorSettings;
}

export interface Policy extends Resource {
  readonly listener: Listener;
  settings: PolicySettings;
}

export interface Rule extends Resource {
  readonly policy: Policy;
  settings: RuleSettings;
}
