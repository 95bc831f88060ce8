import { expect } from "chai";
import { FLAVORS, IMAGES } from "../../dev/emulators/openstack/cloud/catalog.ts";
import { type Answer, OpenStackCaller } from "../../dev/emulators/openstack/client.ts";
import type { OpenStack } from "../../dev/emulators/openstack/index.ts";
import { eventually } from "./asking.ts";

interface Named {
  readonly id: string;
}

type View = Record<string, unknown>;

/** A private network with a subnet behind a router to the internet. */
export interface Site {
  readonly networkId: string;
  readonly subnetId: string;
  readonly routerId: string;
}

/** A user's client for an emulated project's API. */
export class OpenStackClient extends OpenStackCaller {
  readonly cloud: OpenStack;

  protected constructor(cloud: OpenStack) {
    super(cloud);
    this.cloud = cloud;
  }

  static async at(cloud: OpenStack): Promise<OpenStackClient> {
    const client = new OpenStackClient(cloud);
    await client.signIn();
    return client;
  }

  /** Creates a Neutron resource and returns its view. */
  async make<T extends Named>(path: string, one: string, fields: object): Promise<T> {
    const answer = await this.ask<Record<string, T>>("POST", `/network/v2.0/${path}`, {
      [one]: fields,
    });
    expect(answer.status, JSON.stringify(answer.body)).to.equal(201);
    return answer.body[one]!;
  }

  async site(cidr = "10.20.0.0/24"): Promise<Site> {
    const { id: networkId } = await this.make("networks", "network", { name: "web" });
    const order = { network_id: networkId, cidr, ip_version: 4 };
    const { id: subnetId } = await this.make("subnets", "subnet", order);
    const external_gateway_info = { network_id: await this.externalId() };
    const { id: routerId } = await this.make("routers", "router", { external_gateway_info });
    const path = `/network/v2.0/routers/${routerId}/add_router_interface`;
    const added = await this.ask("PUT", path, { subnet_id: subnetId });
    expect(added.status).to.equal(200);
    return { networkId, subnetId, routerId };
  }

  async externalId(): Promise<string> {
    const path = "/network/v2.0/networks?router:external=true&name=Ext-Net";
    const { body } = await this.ask<{ networks: Named[] }>("GET", path);
    return body.networks[0]?.id ?? "";
  }

  /** Requests a server without waiting until it is active. */
  async order(more: object = {}): Promise<Answer<{ server: Named }>> {
    const imageRef = IMAGES[0]!.id;
    const flavorRef = FLAVORS.find(({ name }) => name === "d2-2")!.id;
    const server = { name: "web-1", imageRef, flavorRef, ...more };
    return await this.ask<{ server: Named }>("POST", "/compute/v2.1/servers", { server });
  }

  /** An active server. */
  async server(more: object = {}): Promise<string> {
    const { status, body } = await this.order(more);
    expect(status, JSON.stringify(body)).to.equal(202);
    await this.becomes(body.server.id, "ACTIVE");
    return body.server.id;
  }

  /** Waits until a server has this status and no task. */
  async becomes(id: string, status: string): Promise<void> {
    const look = async () => await this.view(id);
    const isThere = (view: View) => view["status"] === status && !view["OS-EXT-STS:task_state"];
    await eventually(`${id} is ${status}`, look, isThere, 120);
  }

  async view(id: string): Promise<View> {
    type Body = { server: View };
    return (await this.ask<Body>("GET", `/compute/v2.1/servers/${id}`)).body.server;
  }

  /** The id of a stack's host, such as `edge-1`, in a project with only one stack. */
  async serverId(host: string): Promise<string> {
    const { body } = await this.ask<{ servers: (Named & { name: string })[] }>(
      ...(["GET", "/compute/v2.1/servers"] as const),
    );
    const found = body.servers.find(({ name }) => name.endsWith(`-${host}`));
    if (!found) throw new Error(`no instance ${host}`);
    return found.id;
  }

  /** As `openstack server delete --wait` does it. */
  async deleteServer(host: string): Promise<void> {
    const path = `/compute/v2.1/servers/${await this.serverId(host)}`;
    expect((await this.ask("DELETE", path)).status).to.equal(204);
    const look = async () => (await this.ask("GET", path)).status;
    await eventually(`${host} is gone`, look, (status) => status === 404, 120);
  }

  /** Closes it, and expects that all requests were ones that real clients send. */
  async close(): Promise<void> {
    await this.cloud.stop();
    expect(this.cloud.violations).to.deep.equal([]);
  }
}
