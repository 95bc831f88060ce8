/** Of IPv4, from the first to the last address. */
export interface Range {
  readonly start: string;
  readonly end: string;
}

/** The address after the network's, where gateways stand. */
export function firstOf(subnet: string): string {
  return textOf(boundsOf(subnet).from + 1);
}

/** All addresses of machines but the gateway's, as Neutron gives them out. */
export function rangesOf(subnet: string, gateway: string | null): Range[] {
  const { from, to } = boundsOf(subnet);
  const without = gateway === null ? -1 : numberOf(gateway);
  if (without <= from || without >= to) return [rangeOf(from + 1, to - 1)];
  return [rangeOf(from + 1, without - 1), rangeOf(without + 1, to - 1)].filter(
    ({ start, end }) => numberOf(start) <= numberOf(end),
  );
}

/** What emulators give out: the lower half without network and gateway. */
export function lowerRange(subnet: string): Range {
  const { from, to } = boundsOf(subnet);
  return rangeOf(from + 2, from + (to + 1 - from) / 2 - 1);
}

/** The half that is left to Docker: `10.0.128.0/17` of `10.0.0.0/16`. */
export function upperHalf(subnet: string): string {
  const { from, to } = boundsOf(subnet);
  return `${textOf(from + (to + 1 - from) / 2)}/${prefixOf(subnet) + 1}`;
}

export function netmaskOf(subnet: string): string {
  return textOf(2 ** 32 - 2 ** (32 - prefixOf(subnet)));
}

/** Whether two subnets share an address. */
export function overlap(one: string, other: string): boolean {
  const [a, b] = [boundsOf(one), boundsOf(other)];
  return a.from <= b.to && b.from <= a.to;
}

export function numberOf(address: string): number {
  return address.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);
}

export function textOf(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
}

function rangeOf(from: number, to: number): Range {
  return { start: textOf(from), end: textOf(to) };
}

/** Network and broadcast. */
function boundsOf(subnet: string): { from: number; to: number } {
  const from = numberOf(subnet.split("/")[0] ?? "");
  return { from, to: from + 2 ** (32 - prefixOf(subnet)) - 1 };
}

function prefixOf(subnet: string): number {
  return Number(subnet.split("/")[1] ?? "32");
}
