import type { Port, Server, ServerStatus } from "../cloud/records.ts";

const VM_STATES: Readonly<Partial<Record<ServerStatus, string>>> = {
  BUILD: "building",
  SHUTOFF: "stopped",
  VERIFY_RESIZE: "resized",
  ERROR: "error",
};

const RUNNING = 1;
const SHUT_DOWN = 4;

/** As Nova answers it at microversions below 2.47. */
export function serverView(server: Server): object {
  const { id, name, status, task, flavor, image, metadata, ports, keypair, fault } = server;
  const isLaunched = server.machine !== undefined;
  return {
    ...{ id, name, status, metadata, tags: server.tags, links: [] },
    ...{ tenant_id: server.projectId, user_id: server.userId },
    ...{ created: server.createdAt, updated: server.updatedAt, progress: 0, hostId: "" },
    ...{ accessIPv4: "", accessIPv6: "", config_drive: "", key_name: keypair?.name ?? null },
    ...{ flavor: { id: flavor.id, links: [] }, image: { id: image.id, links: [] } },
    // Nova knows a server's addresses when it has been scheduled.
    addresses: status === "BUILD" ? {} : addresses(server),
    security_groups: groupNames(ports),
    ...(status === "ERROR" && {
      fault: { code: 500, message: fault ?? "", created: server.updatedAt },
    }),
    "OS-EXT-AZ:availability_zone": server.zone,
    "OS-EXT-STS:task_state": task,
    "OS-EXT-STS:vm_state": VM_STATES[status] ?? "active",
    "OS-EXT-STS:power_state": status === "SHUTOFF" ? SHUT_DOWN : RUNNING,
    "OS-SRV-USG:launched_at": isLaunched ? server.createdAt : null,
    "OS-DCF:diskConfig": "MANUAL",
    "os-extended-volumes:volumes_attached": [],
  };
}

/** By the network's name. */
function addresses({ ports }: Server): Record<string, object[]> {
  const all: Record<string, object[]> = {};
  for (const { network, mac, fixedIps } of ports) {
    const own = fixedIps.map(({ address }) => ({
      ...{ addr: address, version: 4, "OS-EXT-IPS:type": "fixed" },
      "OS-EXT-IPS-MAC:mac_addr": mac,
    }));
    all[network.name] = [...(all[network.name] ?? []), ...own];
  }
  return all;
}

function groupNames(ports: readonly Port[]): object[] {
  const names = ports.flatMap(({ groups }) => [...groups].map(({ name }) => name));
  return [...new Set(names)].map((name) => ({ name }));
}
