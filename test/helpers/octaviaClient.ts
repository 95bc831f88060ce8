import { expect } from "chai";
import type { Octavia } from "../../dev/emulators/openstack/octavia/index.ts";
import { eventually } from "./asking.ts";

/** Every response of Octavia has one of them. */
export interface View {
  readonly id: string;
  readonly provisioning_status: string;
  readonly operating_status: string;
  readonly [name: string]: unknown;
}

/** A client of an emulated Octavia that waits after each change, as a provider does. */
export class OctaviaClient {
  readonly octavia: Octavia;
  /** Where load balancers get their addresses. */
  readonly subnet: string;

  constructor(octavia: Octavia, subnet: string) {
    this.octavia = octavia;
    this.subnet = subnet;
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

  /** One resource in its current state. */
  async get(path: string): Promise<View> {
    return only((await this.ask("GET", path)).body);
  }

  /** An active load balancer. */
  async balancer(more: object = {}): Promise<View> {
    const loadbalancer = { name: "shop", vip_subnet_id: this.subnet, ...more };
    const { status, body } = await this.ask("POST", "loadbalancers", { loadbalancer });
    expect(status, JSON.stringify(body)).to.equal(201);
    const view = only(body);
    await this.octavia.settled(view.id);
    return view;
  }

  /** Creates a part of a load balancer, and waits until that is active again. */
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
    const look = async () => (await this.get(path)).operating_status;
    await eventually(`${path} is ${status}`, look, (seen) => seen === status);
  }

  /** Expects a rejection and returns its message. */
  async refusal(status: number, method: string, path: string, body?: object): Promise<string> {
    const answer = await this.ask<{ faultstring: string }>(method, path, body);
    expect(answer.status, JSON.stringify(answer.body)).to.equal(status);
    return answer.body.faultstring;
  }
}

function only(body: Record<string, View>): View {
  const [view] = Object.values(body);
  if (!view) throw new Error("The answer is empty.");
  return view;
}
