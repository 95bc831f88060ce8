import { expect } from "chai";
import { randomUUID } from "node:crypto";
import {
  type BalancerOrder,
  type Balancers,
  type Duties,
  Octavia,
  type OctaviaOptions,
  Refusal,
  type RunningBalancer,
  type Vip,
  type VipPorts,
  type VipRequest,
} from "../../../../dev/emulators/openstack/octavia/index.ts";
import type { Attachment } from "../../../../dev/emulators/networks/networks.ts";
import { NOTHING, type Report } from "../../../../dev/emulators/openstack/octavia/plane/report.ts";
import { OctaviaClient } from "../../../helpers/octaviaClient.ts";

/** A load balancer that only records what it gets, and reports what a test sets. */
export class PlainBalancer implements RunningBalancer {
  readonly order: BalancerOrder;
  readonly attachments = new Map<string, string>();
  duties: Duties | undefined;
  certificates: ReadonlyMap<string, string> = new Map();
  reported: Report = NOTHING;
  isRemoved = false;
  /** How often a report was requested. */
  beats = 0;

  constructor(order: BalancerOrder) {
    this.order = order;
  }

  async apply(duties: Duties, certificates: ReadonlyMap<string, string>): Promise<void> {
    await Promise.resolve(Object.assign(this, { duties, certificates }));
  }

  async report(): Promise<Report> {
    this.beats++;
    return await Promise.resolve(this.reported);
  }

  async publish({ network, address }: Attachment): Promise<void> {
    await Promise.resolve(this.attachments.set(network, address));
  }

  async withdraw(network: string): Promise<void> {
    await Promise.resolve(this.attachments.delete(network));
  }

  async remove(): Promise<void> {
    await Promise.resolve((this.isRemoved = true));
  }
}

/** Fakes of HAProxy and the network service for tests of the API alone. */
export class PlainPlane implements Balancers, VipPorts {
  readonly subnet = randomUUID();
  readonly ports = new Set<string>();
  readonly balancers: PlainBalancer[] = [];
  /** The next VIP's port, for tests that need it in advance. */
  given: string | undefined;

  async create(order: BalancerOrder): Promise<RunningBalancer> {
    const balancer = new PlainBalancer(order);
    this.balancers.push(balancer);
    return await Promise.resolve(balancer);
  }

  async allocate({ subnetId = this.subnet, address }: VipRequest): Promise<Vip> {
    await Promise.resolve();
    if (!this.hasSubnet(subnetId)) throw new Refusal(400, `Subnet ${subnetId} not found.`);
    const port = this.given ?? randomUUID();
    const vip = { address: address ?? "10.0.0.9", port_id: port, subnet_id: subnetId };
    this.ports.add(vip.port_id);
    return { ...vip, network_id: randomUUID(), network: "none" };
  }

  async release({ port_id: id }: Vip): Promise<void> {
    await Promise.resolve(this.ports.delete(id));
  }

  hasSubnet(id: string): boolean {
    return id === this.subnet;
  }
}

const AT_ONCE = { create: 0, effect: 0, confirm: 0, heartbeat: 5 };

/** Octavia on simple fakes. */
export class OctaviaAccount extends OctaviaClient {
  readonly plane: PlainPlane;
  readonly errors: string[];

  constructor(options: Partial<OctaviaOptions> = {}) {
    const { delays, ...more } = options;
    const plane = new PlainPlane();
    const errors: string[] = [];
    const octavia = new Octavia({
      ...{ balancers: plane, vips: plane, labels: {}, delays: { ...AT_ONCE, ...delays } },
      onError: (where, error) => errors.push(`${where}: ${String(error)}`),
      ...more,
    });
    super(octavia, plane.subnet);
    this.plane = plane;
    this.errors = errors;
  }

  /** How often the first load balancer has reported. */
  beats(): number {
    return this.plane.balancers[0]?.beats ?? 0;
  }

  /** Closes it, and expects that nothing in it went wrong. */
  async close(): Promise<void> {
    await this.octavia.stop();
    expect(this.errors).to.deep.equal([]);
  }
}
