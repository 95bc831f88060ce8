import type { MachineWords, ObservedMachine } from "../cloud/machines.ts";
import { COLORS } from "../../lib/color.ts";

/** Metadata that identifies the stack's instances. @param role A color, `edge` or `services`. */
export function instanceMetadata(stack: string, hostName: string, role: string) {
  return { [STACK]: stack, [HOST]: hostName, [ROLE]: role };
}

const STACK = "blue-green-stack";
const HOST = "blue-green-host";
const ROLE = "blue-green-role";

/** The fields of a server in Nova that matter here. */
export interface ApiServer {
  readonly id: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly flavor: { readonly id: string };
  /** Empty if its disk is a volume. */
  readonly image?: { readonly id: string } | "";
  /** `ACTIVE`, `ERROR` ... */
  readonly status?: string;
  /** Null if it has never run. */
  readonly "OS-SRV-USG:launched_at"?: string | null;
}

/** The fields of a port in Neutron that matter here. */
export interface ApiPort {
  readonly id: string;
  readonly device_id: string;
}

export interface ApiFloatingIp {
  readonly floating_ip_address: string;
  readonly port_id: string | null;
  /** The address in the port's network that it points to. */
  readonly fixed_ip_address: string | null;
}

/** One instance of the stack. */
export interface ObservedInstance extends ObservedMachine {
  readonly id: string;
  readonly flavorId: string;
  readonly imageId?: string;
  /** Whether the cloud failed to create it. */
  readonly isUnmade?: true;
}

export const INSTANCE_WORDS: MachineWords = {
  one: "instance",
  many: "instances",
  account: "project",
  deletion: (id) => `openstack server delete --wait ${id}`,
};

/** The stack's instances in a project, each with its floating IP for SSH. */
export function observedInstances(
  stack: string,
  servers: readonly ApiServer[],
  ports: readonly ApiPort[],
  floatingIps: readonly ApiFloatingIp[],
): ObservedInstance[] {
  return servers.flatMap((server) => {
    const { id, metadata, flavor, image } = server;
    const hostName = metadata[HOST];
    if (metadata[STACK] !== stack || hostName === undefined) return [];
    const own = ports.filter((port) => port.device_id === id).map((port) => port.id);
    const publicAddress = firstOf(floatingIps.filter(({ port_id }) => own.includes(port_id ?? "")));
    const color = COLORS.find((one) => metadata[ROLE] === one);
    const made = { flavorId: flavor.id, ...(image && { imageId: image.id }) };
    const seen = { id, hostName, publicAddress, ...made };
    return {
      ...seen,
      ...(color && { color }),
      ...(isUnmade(server) && { isUnmade: true as const }),
    };
  });
}

/** An instance that has run may be in ERROR for other reasons and still serve. */
function isUnmade({ status, "OS-SRV-USG:launched_at": launchedAt }: ApiServer): boolean {
  return status === "ERROR" && launchedAt === null;
}

/** An edge's second floating IP is for users; see `InstanceHost`. */
function firstOf(floatingIps: readonly ApiFloatingIp[]): string {
  const target = ({ fixed_ip_address }: ApiFloatingIp) => fixed_ip_address ?? "";
  const [first] = [...floatingIps].sort((a, b) => (target(a) < target(b) ? -1 : 1));
  return first?.floating_ip_address ?? "";
}
