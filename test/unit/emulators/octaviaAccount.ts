import { expect } from "chai";
import { randomUUID } from "node:crypto";
import {
  type Attachment,
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
} from "../../emulators/openstack/octavia/index.ts";
import { NOTHING, type Report } from "../../emulators/openstack/octavia/plane/report.ts";
import { until } from "./account.ts";

/** Every answer of Octavia has one of them. */
export interface View {
  readonly id: string;
  readonly provisioning_status: string;
  readonly operating_status: string;
  readonly [name: string]: unknown;
}

/** A load balancer that only remembers what it was told, and reports what a test says. */
export class PlainBalancer implements RunningBalancer {
  readonly order: BalancerOrder;
  readonly attachments = new Map<string, string>();
  duties: Duties | undefined;
  certificates: ReadonlyMap<string, string> = new Map();
  reported: Report = NOTHING;
  isRemoved = false;
  /** How often it was asked for a report. */
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

/** What stands for HAProxy and for the network service where only the API is tested. */
export class PlainPlane implements Balancers, VipPorts {
  readonly subnet = randomUUID();
  readonly ports = new Set<string>();
  readonly balancers: PlainBalancer[] = [];

  async create(order: BalancerOrder): Promise<RunningBalancer> {
    const balancer = new PlainBalancer(order);
    this.balancers.push(balancer);
    return await Promise.resolve(balancer);
  }

  async allocate({ subnetId = this.subnet, address }: VipRequest): Promise<Vip> {
    await Promise.resolve();
    if (!this.hasSubnet(subnetId)) throw new Refusal(400, `Subnet ${subnetId} not found.`);
    const vip = { address: address ?? "10.0.0.9", port_id: randomUUID(), subnet_id: subnetId };
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

/** Octavia on plain doubles, and a client that waits after each change as the provider does. */
export class OctaviaAccount {
  readonly plane = new PlainPlane();
  readonly octavia: Octavia;
  readonly errors: string[] = [];

  constructor(options: Partial<OctaviaOptions> = {}) {
    const { delays, ...more } = options;
    this.octavia = new Octavia({
      ...{ balancers: this.plane, vips: this.plane, labels: {} },
      onError: (where, error) => this.errors.push(`${where}: ${String(error)}`),
      delays: { ...AT_ONCE, ...delays },
      ...more,
    });
  }

  /** Status and body of an answer. */
  async ask<Body = Record<string, View>>(
    method: string,
    path: string,
    body?: object,
  ): Promise<{ status: number; body: Body }> {
    const [below = "", query] = path.split("?");
    const answer = await this.octavia.handle({
      ...{ method, path: `/v2.0/lbaas/${below}`, query: new URLSearchParams(query) },
      ...{ headers: {}, body, projectId: "shop" },
    });
    return { status: answer.status, body: answer.body as Body };
  }

  /** One resource as it is now. */
  async get(path: string): Promise<View> {
    return only((await this.ask("GET", path)).body);
  }

  /** A load balancer that is active. */
  async balancer(more: object = {}): Promise<View> {
    const loadbalancer = { name: "shop", vip_subnet_id: this.plane.subnet, ...more };
    const { status, body } = await this.ask("POST", "loadbalancers", { loadbalancer });
    expect(status, JSON.stringify(body)).to.equal(201);
    const view = only(body);
    await this.octavia.settled(view.id);
    return view;
  }

  /** Makes something that belongs to a load balancer, and waits until that is active again. */
  async make(balancer: View, path: string, body: object): Promise<View> {
    const answer = await this.ask("POST", path, body);
    expect(answer.status, JSON.stringify(answer.body)).to.equal(201);
    await this.octavia.settled(balancer.id);
    return only(answer.body);
  }

  /** Changes or removes something, and waits in the same way. */
  async change(balancer: View, method: string, path: string, body?: object): Promise<void> {
    const answer = await this.ask(method, path, body);
    expect(answer.status, JSON.stringify(answer.body)).to.be.lessThan(300);
    await this.octavia.settled(balancer.id);
  }

  async pool(balancer: View, more: object = {}): Promise<View> {
    const pool = { protocol: "HTTP", lb_algorithm: "ROUND_ROBIN", loadbalancer_id: balancer.id };
    return await this.make(balancer, "pools", { pool: { ...pool, ...more } });
  }

  async listener(balancer: View, more: object = {}): Promise<View> {
    const listener = { protocol: "HTTP", protocol_port: 80, loadbalancer_id: balancer.id };
    return await this.make(balancer, "listeners", { listener: { ...listener, ...more } });
  }

  async member(balancer: View, pool: View, more: object = {}): Promise<View> {
    const member = { address: "10.0.0.2", protocol_port: 8080, ...more };
    return await this.make(balancer, `pools/${pool.id}/members`, { member });
  }

  async monitor(balancer: View, pool: View, more: object = {}): Promise<View> {
    const checks = { type: "HTTP", delay: 3, timeout: 2, max_retries: 2, pool_id: pool.id };
    return await this.make(balancer, "healthmonitors", { healthmonitor: { ...checks, ...more } });
  }

  /** Waits until a resource has this operating status. */
  async operates(path: string, status: string): Promise<void> {
    await until(async () => (await this.get(path)).operating_status === status);
  }

  /** How often the first load balancer has reported. */
  beats(): number {
    return this.plane.balancers[0]?.beats ?? 0;
  }

  /** Expects that this is refused, and gives the words. */
  async refusal(status: number, method: string, path: string, body?: object): Promise<string> {
    const answer = await this.ask<{ faultstring: string }>(method, path, body);
    expect(answer.status, JSON.stringify(answer.body)).to.equal(status);
    return answer.body.faultstring;
  }

  /** Ends it, and expects that nothing in it went wrong. */
  async close(): Promise<void> {
    await this.octavia.stop();
    expect(this.errors).to.deep.equal([]);
  }
}

function only(body: Record<string, View>): View {
  const [view] = Object.values(body);
  if (!view) throw new Error("The answer is empty.");
  return view;
}
