import type { DropletMachine } from "../plane/machines.ts";
import { finish } from "./actions.ts";
import { membersChanged } from "./balancerLife.ts";
import type { Cloud } from "./cloud.ts";
import { firewallsChanged, tellAgain } from "./firewallEffect.ts";
import { withdraw } from "./projects.ts";
import type { Action, Droplet } from "./records.ts";
import { attachments, releaseAddresses } from "./vpcNetwork.ts";

/** Makes the machine of a droplet that is recorded as new, and ends its create action. */
export function bringUp(cloud: Cloud, droplet: Droplet, action: Action): void {
  const { schedule, delays, faults } = cloud.options;
  const failure = faults.takeDroplet();
  const delay = schedule.draw(delays.dropletActive);
  if (failure === "stuck") return;
  if (failure === "errored") {
    schedule.after(delay, "failing a droplet", () => finish(action, "errored"));
    return;
  }
  work(cloud, droplet, `making droplet ${droplet.name}`, async () => {
    droplet.machine = await cloud.options.plane.machines.create(orderFor(cloud, droplet));
    schedule.after(delay, `activating droplet ${droplet.name}`, () => {
      droplet.status = "active";
      droplet.locked = false;
      finish(action);
    });
    firewallsChanged(cloud);
  });
}

/** Takes it out of everything that knows it at once, and removes its machine after that. */
export function takeDown(cloud: Cloud, droplet: Droplet): void {
  cloud.droplets.delete(droplet.id);
  for (const firewall of cloud.firewalls.values()) {
    firewall.dropletIds = new Set([...firewall.dropletIds].filter((id) => id !== droplet.id));
  }
  for (const { membership } of cloud.loadBalancers.values()) {
    if ("ids" in membership) membership.ids = membership.ids.filter((id) => id !== droplet.id);
  }
  for (const ip of cloud.reservedIps.values()) {
    if (ip.dropletId === droplet.id) delete ip.dropletId;
  }
  withdraw(cloud, `do:droplet:${droplet.id}`);
  membersChanged(cloud);
  firewallsChanged(cloud);
  removeMachine(cloud, droplet);
}

/** The droplet's machine dies without a call of the API; the account still lists the droplet. */
export async function vanish(droplet: Droplet): Promise<void> {
  droplet.hasVanished = true;
  await machineOf(droplet).destroy();
}

/** Boots the machine again and gives it back what stands outside of a droplet: firewall, reserved IP. */
export async function boot(cloud: Cloud, droplet: Droplet): Promise<void> {
  const machine = machineOf(droplet);
  await machine.powerOn();
  await tellAgain(cloud, droplet);
  for (const { address, dropletId } of cloud.reservedIps.values()) {
    if (dropletId === droplet.id) await machine.addAddress(address);
  }
  droplet.status = "active";
}

/** Does something to the droplet's machine when what was begun before is done. */
export function work(
  cloud: Cloud,
  droplet: Droplet,
  what: string,
  doing: () => Promise<void>,
): void {
  const before = droplet.work;
  droplet.work = new Promise((resolve) => {
    cloud.options.schedule.now(what, () => before.then(doing).finally(resolve));
  });
}

export function machineOf({ name, machine }: Droplet): DropletMachine {
  if (!machine) throw new Error(`Droplet ${name} has no machine yet.`);
  return machine;
}

function removeMachine(cloud: Cloud, droplet: Droplet): void {
  work(cloud, droplet, `removing droplet ${droplet.name}`, async () => {
    await droplet.machine?.destroy();
    releaseAddresses(cloud, droplet.vpc, droplet.addresses);
    droplet.vpc.members.delete(`do:droplet:${droplet.id}`);
  });
}

function orderFor(cloud: Cloud, droplet: Droplet) {
  const { id, name, image, size, userData, vpc, addresses } = droplet;
  const at = attachments(cloud, vpc, addresses);
  return {
    ...{ id, name, image: image.slug, memoryMb: size.memory, vcpus: size.vcpus, userData },
    public: { network: at.public.network.name, address: at.public.address },
    private: { network: at.private.network.name, address: at.private.address },
    labels: cloud.labels,
  };
}
