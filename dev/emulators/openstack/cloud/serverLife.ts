import type { InstanceMachine, InstanceOrder, Size } from "../plane/machines.ts";
import type { Flavor } from "./catalog.ts";
import { type Cloud, timestamp } from "./cloud.ts";
import { firewallsChanged, tellAgain } from "./firewall.ts";
import { leadAgain } from "./floatingIps.ts";
import { attachmentsOf, NO_DEVICE, removePort } from "./ports.ts";
import type { Port, Server, ServerStatus } from "./records.ts";

/** Nova's words where no hypervisor takes the server. */
const NO_HOST = "No valid host was found. There are not enough hosts available.";

/** Makes the machine of a server that is recorded as BUILD. */
export function bringUp(cloud: Cloud, server: Server): void {
  const { schedule, delays, faults } = cloud.options;
  const failure = faults.takeServer();
  const delay = schedule.draw(delays.serverActive);
  if (failure === "stuck") return;
  if (failure === "error") {
    schedule.after(delay, "failing a server", () => {
      if (server.task !== "deleting") fail(server, NO_HOST);
    });
    return;
  }
  work(cloud, server, `making server ${server.name}`, async () => {
    if (!cloud.servers.has(server.id)) return;
    await makeMachine(cloud, server);
    schedule.after(delay, `activating server ${server.name}`, () => {
      if (server.task !== "deleting") settle(server, "ACTIVE");
    });
  });
}

/** The machine and what stands outside of it: firewalls and floating IPs. */
export async function makeMachine(cloud: Cloud, server: Server): Promise<void> {
  const machine = await cloud.options.plane.machines.create(orderFor(cloud, server));
  server.machine = machine;
  await plugIn(cloud, server, machine);
}

/** Boots it again with its firewalls and floating IPs. */
export async function boot(cloud: Cloud, server: Server): Promise<void> {
  const machine = machineOf(server);
  await machine.powerOn();
  await plugIn(cloud, server, machine);
}

/** Nothing answers at its addresses any more. */
export function plugOut(cloud: Cloud, server: Server): void {
  for (const port of server.ports) cloud.holders.delete(port);
}

/** Answers as deleting until it is gone, with its machine and the ports that were made for it. */
export function takeDown(cloud: Cloud, server: Server): void {
  const { schedule, delays } = cloud.options;
  server.task = "deleting";
  schedule.after(schedule.draw(delays.serverDeleted), `deleting server ${server.name}`, () => {
    work(cloud, server, `removing server ${server.name}`, async () => {
      plugOut(cloud, server);
      await server.machine?.destroy();
      cloud.servers.delete(server.id);
      for (const port of server.ports) free(cloud, server, port);
      firewallsChanged(cloud);
    });
  });
}

/** The server's machine dies without a call of the API; the cloud still lists it as it was. */
export async function vanish(cloud: Cloud, server: Server): Promise<void> {
  server.hasVanished = true;
  plugOut(cloud, server);
  await machineOf(server).destroy();
}

/** Does something to the server's machine when what was begun before is done. */
export function work(cloud: Cloud, server: Server, what: string, doing: () => Promise<void>): void {
  const before = server.work;
  server.work = new Promise((resolve) => {
    cloud.options.schedule.now(what, () => before.then(doing).finally(resolve));
  });
}

/** No change is in progress any more. */
export function settle(server: Server, status: ServerStatus): void {
  const isOn = status === "ACTIVE" || status === "VERIFY_RESIZE";
  // A deletion that was asked for meanwhile goes on.
  const task = server.task === "deleting" ? server.task : null;
  Object.assign(server, { status, task, updatedAt: timestamp() });
  for (const port of server.ports) port.status = isOn ? "ACTIVE" : "DOWN";
}

export function fail(server: Server, fault: string): void {
  settle(server, "ERROR");
  server.fault = fault;
}

export function machineOf({ name, machine }: Server): InstanceMachine {
  if (!machine) throw new Error(`Server ${name} has no machine yet.`);
  return machine;
}

export function sizeOf({ ram, vcpus }: Flavor): Size {
  return { memoryMb: ram, vcpus };
}

async function plugIn(cloud: Cloud, server: Server, machine: InstanceMachine): Promise<void> {
  for (const port of server.ports) cloud.holders.set(port, machine);
  await tellAgain(cloud, server);
  for (const port of server.ports) await leadAgain(cloud, port);
}

/** A port that the user made stays, and may be given to another server. */
function free(cloud: Cloud, { ownPorts }: Server, port: Port): void {
  if (ownPorts.has(port)) removePort(cloud, port);
  else Object.assign(port, { ...NO_DEVICE, status: "DOWN" });
}

function orderFor(cloud: Cloud, server: Server): InstanceOrder {
  const { id, name, image, flavor, userData, keypair, ports } = server;
  return {
    ...{ id, name, image: image.name, userData, ...sizeOf(flavor) },
    publicKeys: keypair ? [keypair.publicKey] : [],
    attachments: ports.flatMap(attachmentsOf),
    external: cloud.options.external.name,
    labels: cloud.options.labels,
  };
}
