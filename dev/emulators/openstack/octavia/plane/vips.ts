/** Where a load balancer answers, in the API's words; `network` is Docker's name of the network. */
export interface Vip {
  readonly address: string;
  readonly port_id: string;
  readonly subnet_id: string;
  readonly network_id: string;
  readonly network: string;
}

/** At least one of port, subnet and network is named. */
export interface VipRequest {
  readonly projectId: string;
  readonly loadBalancerId: string;
  readonly portId?: string;
  readonly subnetId?: string;
  readonly networkId?: string;
  readonly address?: string;
}

/** What Octavia asks of the network service. */
export interface VipPorts {
  /** Makes a port, or takes the named one. @throws Refusal for what does not exist or is taken */
  allocate(request: VipRequest): Promise<Vip>;
  /** Removes a port that it made. */
  release(vip: Vip): Promise<void>;
  hasSubnet(id: string): boolean;
}
