import { EDGE_TAG } from "../../setup/images.mjs";
import { docker, dockerWithInput, removeContainers } from "../docker.ts";
import { labelOptions } from "../labels.ts";
import type {
  DropletMachine,
  DropletMachines,
  InboundRule,
  MachineOrder,
} from "./plane/machines.ts";

/** Where such a machine answers; a firewall that names only some of them closes the others. */
export const PORTS = { traffic: 8080, health: 8082, proxied: 8083 };

const SOCKET = "socat - /run/haproxy/admin.sock";

/** `/slow?seconds=3` takes its time, as the example app does. */
const SLOW = `core.register_service("slow", "http", function(applet)
  core.msleep(1000 * tonumber(applet.qs:match("seconds=([%d.]+)") or "3"))
  applet:set_status(200)
  applet:add_header("x-color", os.getenv("NAME"))
  applet:start_response()
  applet:send("slow\\n")
end)`;

const CONFIG = `global
  fd-hard-limit 5000
  nbthread 1
  lua-load /edge/slow.lua
  stats socket /run/haproxy/admin.sock mode 600 level admin
defaults
  mode http
  timeout client 75s
  timeout http-keep-alive 75s
frontend traffic
  bind :${PORTS.traffic}
  http-request use-service lua.slow if { path /slow }
  http-request return status 200 content-type text/plain lf-string "%[hdr(x-forwarded-for)] %[hdr(x-forwarded-proto)]\\n" hdr x-color "%[env(NAME)]"
frontend proxied
  bind :${PORTS.proxied} accept-proxy
  http-request return status 200 content-type text/plain lf-string "%[src]\\n" hdr x-color "%[env(NAME)]"
frontend health
  bind :${PORTS.health}
  http-request return status 200 content-type text/plain string "ready\\n"
`;

const START = `printf %s "$SLOW" >/edge/slow.lua
printf %s "$CONFIG" >/edge/haproxy.cfg
exec haproxy -db -f /edge/haproxy.cfg`;

/**
 * The least that a load balancer can send traffic to: each machine is a container with HAProxy that
 * answers with the droplet's name in the header `x-color`. User data is not read.
 */
export class AnsweringMachines implements DropletMachines {
  async create(order: MachineOrder): Promise<DropletMachine> {
    const name = `blue-green-droplet-${order.id}`;
    const { network, address } = order.public;
    const values = [
      "--env",
      `NAME=${order.name}`,
      "--env",
      `SLOW=${SLOW}`,
      "--env",
      `CONFIG=${CONFIG}`,
    ];
    const at = ["--network", network, "--ip", address, "--stop-signal", "KILL"];
    const options = ["--name", name, ...labelOptions(order.labels), ...values, ...at];
    await docker("create", ...options, EDGE_TAG, "sh", "-c", START);
    await docker("network", "connect", "--ip", order.private.address, order.private.network, name);
    await docker("start", name);
    return new AnsweringMachine(name);
  }
}

class AnsweringMachine implements DropletMachine {
  readonly #container: string;

  constructor(container: string) {
    this.#container = container;
  }

  async powerOff(): Promise<void> {
    await docker("stop", this.#container);
  }

  async shutDown(): Promise<void> {
    await this.powerOff();
  }

  async powerOn(): Promise<void> {
    await docker("start", this.#container);
  }

  async destroy(): Promise<void> {
    await removeContainers(this.#container);
  }

  /** Only by port: a port that no rule names is closed for all. */
  async setFirewall(rules: readonly InboundRule[] | undefined): Promise<void> {
    const isOpen = (port: number) => !rules || rules.some(({ ports }) => ports === String(port));
    const commands = Object.entries(PORTS).map(
      ([frontend, port]) => `${isOpen(port) ? "enable" : "disable"} frontend ${frontend}`,
    );
    const input = `${commands.join(";")}\n`;
    await dockerWithInput(input, "exec", "-i", this.#container, "sh", "-c", SOCKET);
  }

  /** HAProxy here is not root, so that a reserved IP can't be given to it. */
  async addAddress(): Promise<void> {
    await Promise.reject(new Error("Machines that only answer have no second address."));
  }

  async removeAddress(): Promise<void> {
    await this.addAddress();
  }
}
