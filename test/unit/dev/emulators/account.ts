import { expect } from "chai";
import {
  type DigitalOcean,
  type DigitalOceanOptions,
  startDigitalOcean,
} from "../../../../dev/emulators/digitalocean/index.ts";
import { PlainPlane } from "./plainPlane.ts";

/** An answer; `body` is typed by the test that knows what it requested. */
export interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export interface Ask {
  <Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: object,
  ): Promise<Answer<Body>>;
}

/** No delays, so that a test waits only for its subject. */
const AT_ONCE = {
  ...{ dropletActive: 0, action: 0, balancerActive: 0, balancerEffect: 0, firewallEffect: 0 },
  certificateIssued: 0,
};

/** Tests poll every few milliseconds. */
const AS_OFTEN_AS_WANTED = { perMinute: 100_000, perHour: 100_000 };

/** An emulated account on simple fakes of machines, networks and load balancers. */
export class Account {
  readonly plane: PlainPlane;
  readonly cloud: DigitalOcean;
  readonly ask: Ask;

  private constructor(cloud: DigitalOcean, plane: PlainPlane) {
    this.plane = plane;
    this.cloud = cloud;
    this.ask = asking(cloud, cloud.token);
  }

  static async open(options: Partial<DigitalOceanOptions> = {}): Promise<Account> {
    const plane = new PlainPlane();
    const { delays, limits, ...more } = options;
    const cloud = await startDigitalOcean({
      ...{ machines: plane, plane: { networks: plane, balancers: plane, sweep: async () => {} } },
      delays: { ...AT_ONCE, ...delays },
      limits: { ...AS_OFTEN_AS_WANTED, ...limits },
      ...more,
    });
    return new Account(cloud, plane);
  }

  /** Sends requests with a token that has only these scopes. */
  as(...scopes: readonly string[]): Ask {
    return asking(this.cloud, this.cloud.addToken(scopes));
  }

  /** An active droplet. */
  async droplet(more: object = {}): Promise<number> {
    const order = { name: "web-1", region: "fra1", size: "s-1vcpu-1gb", image: "debian-12-x64" };
    const { status, body } = await this.ask<{ droplet: { id: number } }>("POST", "/v2/droplets", {
      ...{ ...order, ...more },
    });
    expect(status, JSON.stringify(body)).to.equal(202);
    const { id } = body.droplet;
    await until(async () => (await this.dropletView(id)).status === "active");
    return id;
  }

  async dropletView(id: number): Promise<{ status: string; locked: boolean; tags: string[] }> {
    type Body = { droplet: { status: string; locked: boolean; tags: string[] } };
    return (await this.ask<Body>("GET", `/v2/droplets/${id}`)).body.droplet;
  }

  async tag(name: string): Promise<void> {
    expect((await this.ask("POST", "/v2/tags", { name })).status).to.equal(201);
  }

  /** Closes it, and expects that all requests and answers matched the description. */
  async close(): Promise<void> {
    await this.cloud.stop();
    expect(this.cloud.violations).to.deep.equal([]);
  }
}

/** Waits for at most five seconds until a condition holds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!(await holds())) {
    if (Date.now() > deadline)
      throw new Error(`after 5 s it still does not hold: ${String(holds)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function asking({ url }: DigitalOcean, token: string): Ask {
  return async <Body>(method: string, path: string, body?: object) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const sent = body && { body: JSON.stringify(body) };
    const response = await fetch(url + path, { method, headers, ...sent });
    const text = await response.text();
    const parsed = (text ? JSON.parse(text) : {}) as Body;
    return { status: response.status, headers: response.headers, body: parsed };
  };
}
