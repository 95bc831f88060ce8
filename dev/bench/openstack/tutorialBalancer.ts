import { cloudInit, DEPLOY_USER } from "../../../components/machine/cloudInit.ts";
import type { Color } from "../../../lib/color.ts";
import { hostKeys } from "../../../components/machine/hostKeys.ts";
import { EDGE_TAG } from "../../setup/images.mjs";
import { FLAVORS } from "../../emulators/openstack/cloud/catalog.ts";
import { runThere, type SessionArgs } from "../../emulators/machine/session.ts";
import { EmulatedAccount } from "../../../test/helpers/emulatedAccount.ts";
import { OpenStackClient } from "../../../test/helpers/openstackClient.ts";
import { say } from "../progress.ts";
import { FLAVOR, type Fleet } from "./fleet.ts";
import { installation, switchCommand, tutorialConfig } from "./tutorialConfig.ts";

const APP_PORT = 8000;
const NAME = "tutorial";
const KEYS = hostKeys(EmulatedAccount.SECRET, NAME, NAME);

interface Port {
  readonly id: string;
  readonly device_id: string;
  readonly fixed_ips: readonly { readonly ip_address: string }[];
}

/**
 * An instance of its own before a fleet's instances, beside the stack's load balancer, with Debian's
 * HAProxy under systemd and a file that is edited by SSH: as tutorials do it.
 */
export class TutorialBalancer {
  readonly url: string;
  readonly #session: SessionArgs;

  private constructor(session: SessionArgs) {
    this.#session = session;
    this.url = `http://${session.address}/`;
  }

  /** With blue live, in the stack's network. */
  static async open(fleet: Fleet): Promise<TutorialBalancer> {
    say("an HAProxy edited by hand on an instance: set-up");
    const client = await OpenStackClient.at(fleet.account.cloud);
    const address = await startInstance(client, await networkOf(fleet, client));
    const key = { private: KEYS.deploy.privateKey, public: KEYS.deploy.publicKey };
    const balancer = new TutorialBalancer({
      ...{ address, key, user: DEPLOY_USER, hostKey: KEYS.firstBoot.publicKey },
    });
    const servers = {
      blue: await addressesOf(fleet, client, "blue"),
      green: await addressesOf(fleet, client, "green"),
    };
    await balancer.#run(installation(EDGE_TAG), tutorialConfig(servers));
    return balancer;
  }

  async switchTo(color: Color, how: "reload" | "restart"): Promise<void> {
    await this.#run(switchCommand(color, how));
  }

  async #run(command: string, input = ""): Promise<void> {
    const { code, output } = await runThere(this.#session, command, input);
    if (code !== 0) throw new Error(`${NAME}: ended with code ${code}: ${output}`);
  }
}

/** @returns its floating address */
async function startInstance(client: OpenStackClient, networkId: string): Promise<string> {
  const group = await openGroup(client, [22, 80]);
  const port = await client.make<Port>("ports", "port", {
    ...{ network_id: networkId, security_groups: [group] },
  });
  await client.server({
    name: NAME,
    flavorRef: FLAVORS.find(({ name }) => name === FLAVOR)?.id,
    networks: [{ port: port.id }],
    user_data: Buffer.from(cloudInit({ keys: KEYS, authorizedKeys: [] })).toString("base64"),
  });
  const floating = await client.make<{ id: string; floating_ip_address: string }>(
    ...(["floatingips", "floatingip"] as const),
    { floating_network_id: await client.externalId(), port_id: port.id },
  );
  return floating.floating_ip_address;
}

async function openGroup(client: OpenStackClient, ports: readonly number[]): Promise<string> {
  const { id } = await client.make("security-groups", "security_group", { name: NAME });
  for (const port of ports) {
    await client.make("security-group-rules", "security_group_rule", {
      ...{ security_group_id: id, direction: "ingress", ethertype: "IPv4", protocol: "tcp" },
      ...{ port_range_min: port, port_range_max: port, remote_ip_prefix: "0.0.0.0/0" },
    });
  }
  return id;
}

async function networkOf({ stack }: Fleet, client: OpenStackClient): Promise<string> {
  const path = `/network/v2.0/networks?name=blue-green-${stack.name}`;
  const { body } = await client.ask<{ networks: { id: string }[] }>("GET", path);
  const [own] = body.networks;
  if (!own) throw new Error(`The stack ${stack.name} has no network in its project.`);
  return own.id;
}

/** Where a color's apps are reached in the stack's network. */
async function addressesOf(
  { stack }: Fleet,
  client: OpenStackClient,
  color: Color,
): Promise<string[]> {
  type Servers = { servers: { id: string; name: string }[] };
  const servers = (await client.ask<Servers>("GET", "/compute/v2.1/servers")).body.servers;
  const { ports } = (await client.ask<{ ports: Port[] }>("GET", "/network/v2.0/ports")).body;
  return servers
    .filter(({ name }) => name.startsWith(`blue-green-${stack.name}-${color}-`))
    .flatMap(({ id }) => ports.filter(({ device_id }) => device_id === id))
    .map(({ fixed_ips: [first] }) => `${first?.ip_address ?? ""}:${APP_PORT}`);
}
