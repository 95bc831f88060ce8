import type { BalancerSettings, RunningBalancer } from "../plane/balancers.ts";
import type { DropletMachine } from "../plane/machines.ts";
import type { Network } from "../../networks/networks.ts";
import type { Image, Region, Size } from "./catalog.ts";

/** An action as the API answers it, except that its region is looked up. */
export interface Action {
  readonly id: number;
  readonly type: string;
  readonly resourceType: string;
  readonly resourceId: number;
  readonly region: Region;
  readonly startedAt: string;
  status: "in-progress" | "completed" | "errored";
  completedAt: string | null;
}

export interface Droplet {
  readonly id: number;
  name: string;
  size: Size;
  readonly image: Image;
  readonly region: Region;
  readonly vpc: Vpc;
  readonly createdAt: string;
  readonly userData: string;
  readonly features: readonly string[];
  readonly tags: Set<string>;
  readonly addresses: { readonly public: string; readonly private: string };
  /** Absent until it is made. */
  machine?: DropletMachine;
  /** The machine is gone, and the account does not know it. */
  hasVanished?: true;
  /** What is being done to the machine, one thing after the other. */
  work: Promise<void>;
  status: "new" | "active" | "off";
  locked: boolean;
}

export interface Vpc {
  readonly id: string;
  name: string;
  description: string;
  readonly region: Region;
  readonly createdAt: string;
  readonly isDefault: boolean;
  /** A region's default VPC gets one with its first member. */
  network?: Network;
  /** What stands in it: droplets and load balancers, also those that are being removed. */
  readonly members: Map<string, { readonly name: string; readonly createdAt: string }>;
}

/** Sources and destinations as they were sent. */
export interface Targets {
  readonly addresses?: readonly string[];
  readonly droplet_ids?: readonly number[];
  readonly load_balancer_uids?: readonly string[];
  readonly tags?: readonly string[] | null;
}

export interface RuleBase {
  readonly protocol: "tcp" | "udp" | "icmp";
  readonly ports?: string;
}

export interface Inbound extends RuleBase {
  readonly sources: Targets;
}

export interface Outbound extends RuleBase {
  readonly destinations: Targets;
}

export interface Firewall {
  readonly id: string;
  readonly createdAt: string;
  name: string;
  inbound: readonly Inbound[];
  outbound: readonly Outbound[];
  dropletIds: ReadonlySet<number>;
  tags: ReadonlySet<string>;
}

/** Members are named by id, or by a tag that they carry. */
export type Membership = { ids: readonly number[] } | { readonly tag: string };

export interface LoadBalancer {
  readonly id: string;
  readonly region: Region;
  readonly vpc: Vpc;
  readonly createdAt: string;
  readonly addresses: { readonly public: string; readonly private: string };
  name: string;
  projectId: string;
  sizeUnit: number;
  settings: BalancerSettings;
  membership: Membership;
  status: "new" | "active" | "errored";
  /** Changes that have not taken effect yet. */
  pending: number;
  /** When the newest of them takes effect, milliseconds since the epoch. */
  effectAt: number;
  /** Ids of the members after all changes that are on their way. */
  intended: readonly number[];
  /** Of the running balancer: what was asked for last but for changes that are on their way. */
  effective?: BalancerSettings;
  running?: RunningBalancer;
  /** What is being done to the running balancer, one thing after the other. */
  work: Promise<void>;
}

export interface Certificate {
  /** A renewal gives it another one. */
  id: string;
  readonly name: string;
  readonly type: "custom" | "lets_encrypt";
  readonly dnsNames: readonly string[];
  readonly createdAt: string;
  state: "pending" | "verified" | "error";
  /** Key, certificate and chain, as PEM; empty until it is verified. */
  pem: string;
}

export interface ReservedIp {
  readonly address: string;
  readonly region: Region;
  projectId: string;
  dropletId?: number;
  locked: boolean;
}

export interface Project {
  readonly id: string;
  readonly createdAt: string;
  readonly isDefault: boolean;
  name: string;
  description: string;
  purpose: string;
  environment: string;
  updatedAt: string;
  /** URNs, and when each was assigned. */
  readonly resources: Map<string, string>;
}
