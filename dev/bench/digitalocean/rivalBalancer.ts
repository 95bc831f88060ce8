import { setTimeout as sleep } from "node:timers/promises";
import type { Color } from "../../../lib/color.ts";
import { HOST_TRAFFIC_PORT } from "../../../components/edge/sidecar.ts";
import type { Fleet } from "./fleet.ts";

/** What of a health check decides how fast the vendor's balancer follows; seconds and counts. */
export interface Checks {
  readonly check_interval_seconds: number;
  readonly response_timeout_seconds: number;
  readonly healthy_threshold: number;
  readonly unhealthy_threshold: number;
}

/** By the vendor's documentation: those of a balancer that says nothing, and the fastest allowed. */
export const VENDOR_CHECKS: Checks = {
  ...{ check_interval_seconds: 10, response_timeout_seconds: 5 },
  ...{ healthy_threshold: 5, unhealthy_threshold: 3 },
};
export const FASTEST_CHECKS: Checks = {
  ...{ check_interval_seconds: 3, response_timeout_seconds: 3 },
  ...{ healthy_threshold: 2, unhealthy_threshold: 2 },
};

const HEALTH_PATH = "/health";
const RETRY_MS = 1000;
const PATIENCE_MS = 60_000;

interface ApiBalancer {
  readonly id: string;
  readonly ip: string;
  readonly status: string;
}

/**
 * A load balancer with its members by id in front of a fleet's droplets, beside the stack's own: how
 * it is done without this program. It asks after health where it sends its requests.
 */
export class RivalBalancer {
  readonly id: string;
  readonly url: string;
  readonly #fleet: Fleet;
  readonly #settings: Readonly<Record<string, unknown>>;

  private constructor(fleet: Fleet, settings: Readonly<Record<string, unknown>>, it: ApiBalancer) {
    this.#fleet = fleet;
    this.#settings = settings;
    this.id = it.id;
    this.url = `http://${it.ip}/`;
  }

  /** With blue's droplets as members, in the stack's VPC, let in by a firewall of its own. */
  static async open(fleet: Fleet, name: string, checks: Checks): Promise<RivalBalancer> {
    const { account, stack, ids } = fleet;
    const settings = settingsOf(name, checks, await vpcOf(fleet));
    const body = { ...settings, droplet_ids: ids.blue };
    const made = await account.ask<{ load_balancer: ApiBalancer }>("POST", PATH, body);
    const { id } = made.load_balancer;
    await account.ask("POST", "/v2/firewalls", {
      name: `${name}-traffic`,
      tags: [`blue-green:${stack.name}`],
      inbound_rules: [
        { protocol: "tcp", ports: `${HOST_TRAFFIC_PORT}`, sources: { load_balancer_uids: [id] } },
      ],
    });
    await account.cloud.settled(id);
    const { load_balancer: it } = await account.ask<{ load_balancer: ApiBalancer }>(
      "GET",
      `${PATH}/${id}`,
    );
    return new RivalBalancer(fleet, settings, it);
  }

  /** Replaces all members by one request, as a change of `dropletIds` in a Pulumi program does. */
  async replaceMembers(color: Color): Promise<void> {
    const body = { ...this.#settings, droplet_ids: this.#fleet.ids[color] };
    await this.#change("PUT", `${PATH}/${this.id}`, body);
  }

  /** Takes one droplet out and puts one in, by turns: the last one can't be taken out. */
  async moveMembers(from: Color, to: Color): Promise<void> {
    const path = `${PATH}/${this.id}/droplets`;
    for (const [turn, id] of this.#fleet.ids[from].entries()) {
      await this.#change("DELETE", path, { droplet_ids: [id] });
      await this.#change("POST", path, { droplet_ids: [this.#fleet.ids[to][turn]] });
    }
  }

  /** The balancer refuses a change while it processes the one before, so whoever asks asks again. */
  async #change(method: string, path: string, body: object): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        return void (await this.#fleet.account.ask(method, path, body));
      } catch (error) {
        if (!String(error).includes(" 403 ") || Date.now() > deadline) throw error;
      }
      await sleep(RETRY_MS);
    }
  }
}

const PATH = "/v2/load_balancers";

function settingsOf(name: string, checks: Checks, vpc: string): Readonly<Record<string, unknown>> {
  const entry = { entry_protocol: "http", entry_port: 80 };
  const target = { target_protocol: "http", target_port: HOST_TRAFFIC_PORT };
  return {
    name,
    region: "fra1",
    vpc_uuid: vpc,
    forwarding_rules: [{ ...entry, ...target }],
    health_check: { protocol: "http", port: HOST_TRAFFIC_PORT, path: HEALTH_PATH, ...checks },
  };
}

async function vpcOf({ account, stack }: Fleet): Promise<string> {
  const vpcs = await account.list<{ id: string; name: string }>("vpcs");
  const own = vpcs.find(({ name }) => name === `blue-green-${stack.name}`);
  if (!own) throw new Error(`The stack ${stack.name} has no VPC in its account.`);
  return own.id;
}
