import { backendNames, type Slots, slotName, targetPort } from "./balancerConfig.ts";
import type { BalancerSettings } from "./balancers.ts";

/** A line of HAProxy's `show servers state`. */
export interface Server {
  readonly backend: string;
  readonly name: string;
  readonly address: string;
  /** 2 is running; whatever is below gets no traffic. */
  readonly operation: number;
  readonly isInMaintenance: boolean;
}

const RUNNING = 2;
/** By command, inherited, for want of an address. Bit 4 only tells what the file said at first. */
const MAINTENANCE = 0x01 | 0x02 | 0x20 | 0x40;

/** Format 1 (HAProxy 2.6 to 3.0): a version line, a header with `#`, then one server a line. */
export function parseServers(text: string): Server[] {
  return text
    .split("\n")
    .slice(2)
    .map((line) => line.trim().split(" "))
    .filter((fields) => fields.length > 6)
    .map(([, backend = "", , name = "", address = "", operation, administration]) => ({
      ...{ backend, name, address },
      operation: Number(operation),
      isInMaintenance: (Number(administration) & MAINTENANCE) !== 0,
    }));
}

/** Commands that take members out at once; the requests that they have fail. */
export function dismiss(settings: BalancerSettings, slots: readonly number[]): string[] {
  return backendNames(settings).flatMap((backend) =>
    slots.flatMap((slot) => {
      const server = `${backend}/${slotName(slot)}`;
      return [`set server ${server} state maint`, `shutdown sessions server ${server}`];
    }),
  );
}

/** Commands that let members in: as down, until enough of their checks have passed. */
export function admit(
  backends: readonly string[],
  slots: Slots,
  joining: readonly number[],
): string[] {
  return backends.flatMap((backend) =>
    joining.flatMap((slot) => {
      const server = `${backend}/${slotName(slot)}`;
      const address = slots[slot]?.address ?? "";
      return [
        `set server ${server} addr ${address} port ${targetPort(backend)}`,
        `set server ${server} state ready`,
        `set server ${server} health down`,
      ];
    }),
  );
}

export function isServing(
  servers: readonly Server[],
  backends: readonly string[],
  slot: number,
): boolean {
  const own = servers.filter(
    ({ backend, name }) => backends.includes(backend) && name === slotName(slot),
  );
  return own.length > 0 && own.every((it) => it.operation === RUNNING && !it.isInMaintenance);
}

/** HAProxy's answer to a command that it refuses is a text among others: what holds is read back. */
export function checkSlots(
  servers: readonly Server[],
  backends: readonly string[],
  slots: Slots,
): void {
  for (const { backend, name, address, isInMaintenance } of servers) {
    const member = slots[Number(name.slice(1))];
    const isAsWanted = member ? address === member.address && !isInMaintenance : isInMaintenance;
    if (backends.includes(backend) && !isAsWanted) {
      throw new Error(
        `HAProxy has ${backend}/${name} at ${address}${isInMaintenance ? ", taken out" : ""}; ` +
          `wanted ${member?.address ?? "none"}.`,
      );
    }
  }
}
