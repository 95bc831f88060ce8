// The fields of Octavia's objects that matter here.

/** `ACTIVE`, `PENDING_UPDATE` ..., or `ERROR` if its last change did not take effect. */
interface Provisioned {
  readonly provisioning_status?: string;
}

export interface ApiListener extends Provisioned {
  readonly id: string;
  readonly description: string;
  readonly tags?: readonly string[];
  readonly default_pool_id: string | null;
  readonly loadbalancers: readonly { readonly id: string }[];
}

export interface ApiPool extends Provisioned {
  readonly id: string;
  readonly description: string;
  readonly session_persistence?: { readonly type: string } | null;
  readonly loadbalancers: readonly { readonly id: string }[];
}

export interface ApiMonitor extends Provisioned {
  /** The Host header of its checks. */
  readonly domain_name: string | null;
}

export interface ApiPolicy extends Provisioned {
  readonly id: string;
  readonly description: string;
  readonly listener_id: string;
  readonly redirect_pool_id: string | null;
  readonly admin_state_up: boolean;
}

export interface ApiMember extends Provisioned {
  /** The host's name, such as `blue-1`. */
  readonly name: string;
  readonly address: string;
  readonly protocol_port: number;
  readonly subnet_id: string | null;
  readonly weight: number;
  readonly tags?: readonly string[];
  readonly operating_status: string;
}
