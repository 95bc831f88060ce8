/** A range of IPv4 addresses, as numbers. */
export interface AddressRange {
  readonly first: number;
  readonly last: number;
}

/** Parses `10.20.0.0/16`; undefined if it is invalid or does not begin with its first address. */
export function parseRange(text: string): AddressRange | undefined {
  const [, base = "", length = ""] = /^(\d{1,3}(?:\.\d{1,3}){3})\/(\d{1,2})$/.exec(text) ?? [];
  if (base === "" || Number(length) > 32 || base.split(".").some((byte) => Number(byte) > 255)) {
    return undefined;
  }
  const first = addressNumber(base);
  const size = 2 ** (32 - Number(length));
  return first % size === 0 ? { first, last: first + size - 1 } : undefined;
}

export function isWithin(inner: AddressRange, outer: AddressRange): boolean {
  return inner.first >= outer.first && inner.last <= outer.last;
}

export function sizeOf({ first, last }: AddressRange): number {
  return last - first + 1;
}

/** Of `172.18.0.2`. */
export function addressNumber(address: string): number {
  return address.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);
}
