import { z } from "zod";
import { isWithin, parseRange, sizeOf } from "../lib/addressRange.ts";

/** The default range of a stack's own network in an OpenStack cloud. */
export const NETWORK_CIDR = "10.20.0.0/16";

/** RFC 1918. */
const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];
/** Docker's own network on each host. Allowed ranges are no larger, so each is either inside or apart. */
const DOCKER = "172.17.0.0/16";
/** More addresses than any stack needs, and fewer than two hosts per color need. */
const LARGEST = 2 ** (32 - 16);
const SMALLEST = 2 ** (32 - 26);

const FORM =
  "must be a private IPv4 range from /16 to /26 with its first address, such as 10.20.0.0/16";
const APART = `must not overlap ${DOCKER}, which Docker uses on every host`;

export const privateRange = z
  .string({ error: FORM })
  .refine((text) => isPrivate(text), FORM)
  .refine((text) => !isPrivate(text) || !isIn(text, DOCKER), APART)
  .meta({ form: "private range, /16 to /26" });

function isPrivate(text: string): boolean {
  const size = addressesIn(text);
  const hasSize = size !== undefined && size <= LARGEST && size >= SMALLEST;
  return hasSize && PRIVATE.some((outer) => isIn(text, outer));
}

function isIn(text: string, of: string): boolean {
  const [range, other] = [parseRange(text), parseRange(of)];
  return range !== undefined && other !== undefined && isWithin(range, other);
}

/** Undefined if it is not a range. */
export function addressesIn(cidr: string): number | undefined {
  const range = parseRange(cidr);
  return range && sizeOf(range);
}

/** The first and last address, the router's, two for DHCP, and four for a load balancer. */
const OF_THE_CLOUD = 9;

/**
 * How many addresses a stack needs: a replacement host exists before the old one is deleted, and an edge has
 * two addresses.
 */
export function addressesFor(hosts: number, edges: number): number {
  return 2 * (hosts + 2 * edges) + OF_THE_CLOUD;
}
