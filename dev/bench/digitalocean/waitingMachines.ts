import { fileURLToPath } from "node:url";
import { DEPLOY_USER } from "../../../components/machine/cloudInit.ts";
import type {
  DropletMachine,
  DropletMachines,
  InboundRule,
  MachineOrder,
} from "../../emulators/digitalocean/index.ts";
import { docker } from "../../emulators/docker.ts";
import { labelOptions } from "../../emulators/labels.ts";
import { ensureImage } from "../../emulators/machine/image.ts";
import { Machine } from "../../emulators/machine/machine.ts";
import { EDGE_TAG } from "../../setup/images.mjs";

/** What takes a machine time, in seconds; at a vendor's all of it takes several times as long. */
export const WAITS = {
  /** From the power to sshd. */
  sshd: 3,
  /** From the power to the end of cloud-init, with Docker's packages. */
  boot: 20,
  /** To build the image of our HAProxy. */
  build: 8,
  /** To pull the app's image. */
  pull: 3,
  /** To start a container. */
  start: 1,
};

const IMAGE = "blue-green-bench-machine";
const FOLDER = fileURLToPath(new URL("machine/", import.meta.url));

interface UserData {
  readonly ssh_keys: { readonly ed25519_private: string };
  readonly users: readonly { readonly name: string; readonly ssh_authorized_keys: string[] }[];
}

/**
 * Droplets that cost this machine next to nothing, so that dozens of them work side by side as they
 * would at a vendor's: real sshd and host scripts, see `machine/`; boot and Docker only wait.
 */
export class WaitingMachines implements DropletMachines {
  /** Asked for once, since many droplets are made at the same time. */
  #image: Promise<string> | undefined;

  async create({ id, labels, userData, ...order }: MachineOrder): Promise<DropletMachine> {
    const image = await (this.#image ??= ensureImage(IMAGE, FOLDER, EDGE_TAG));
    const name = `blue-green-waiting-${id}`;
    await docker(
      ...["create", "--name", name, "--hostname", order.name, "--init", ...labelOptions(labels)],
      ...["--cap-add", "NET_ADMIN", ...environment(userData)],
      ...["--network", order.public.network, "--ip", order.public.address, image],
    );
    const { network, address } = order.private;
    await docker("network", "connect", "--ip", address, network, name);
    await docker("start", name);
    return new WaitingMachine(new Machine(name, {}));
  }
}

/** The keys that cloud-init would put in place, and the waits. */
function environment(userData: string): string[] {
  const { ssh_keys, users } = JSON.parse(userData.slice(userData.indexOf("{"))) as UserData;
  const deploy = users.find(({ name }) => name === DEPLOY_USER);
  const values = {
    HOST_KEY: ssh_keys.ed25519_private.trim(),
    AUTHORIZED: deploy?.ssh_authorized_keys.join("\n") ?? "",
    ...Object.fromEntries(Object.entries(WAITS).map(([key, wait]) => [key.toUpperCase(), wait])),
  };
  return Object.entries(values).flatMap(([key, value]) => ["--env", `${key}=${value}`]);
}

class WaitingMachine implements DropletMachine {
  readonly #machine: Machine;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  powerOff = () => this.#machine.stop();
  shutDown = () => this.#machine.stop();
  powerOn = () => this.#machine.start();
  destroy = () => this.#machine.remove();

  async setFirewall(rules: readonly InboundRule[] | undefined): Promise<void> {
    await this.#machine.firewall(
      rules?.map((rule) => ({ ...rule, ports: rule.ports === "0" ? "all" : rule.ports })),
    );
  }

  /** The benchmarks use no reserved IP. */
  async addAddress(): Promise<void> {
    await Promise.reject(new Error("Machines that wait have no second address."));
  }

  async removeAddress(): Promise<void> {
    await this.addAddress();
  }
}
