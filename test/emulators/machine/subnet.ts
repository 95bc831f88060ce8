/** The address that many after the subnet's first. Throws beyond its lower half. */
export function addressIn(subnet: string, offset: number): string {
  const { base, prefix } = parse(subnet);
  if (offset >= 2 ** (31 - prefix)) {
    throw new Error(`The lower half of the network ${subnet} has no address left for a machine.`);
  }
  return format(base + offset);
}

/** The half of a subnet that is left to Docker: `10.0.128.0/17` of `10.0.0.0/16`. */
export function upperHalf(subnet: string): string {
  const { base, prefix } = parse(subnet);
  return `${format(base + 2 ** (31 - prefix))}/${prefix + 1}`;
}

function parse(subnet: string): { base: number; prefix: number } {
  const [address = "", prefix = ""] = subnet.split("/");
  const base = address.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);
  return { base, prefix: Number(prefix) };
}

function format(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}
