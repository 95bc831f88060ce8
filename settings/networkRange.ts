import { z } from "zod";
import { isWithin, parseRange, sizeOf } from "../lib/addressRange.ts";

/** Of a stack's own network in an OpenStack cloud, where the config names no other. */
export const NETWORK_CIDR = "10.20.0.0/16";

/** RFC 1918. */
const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];
/** Docker's own network on each host. Ranges here are no larger, so that each is within it or apart. */
const DOCKER = "172.17.0.0/16";
/** More than a stack can have hosts, and fewer than it needs for two of each color. */
const LARGEST = 2 ** (32 - 16);
const SMALLEST = 2 ** (32 - 26);

const FORM =
  "must be a private IPv4 range from /16 to /26 with its first address, such as 10.20.0.0/16";
const APART = `must be apart from ${DOCKER}, which Docker has on every host`;

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

/** Undefined where it is no range. */
export function addressesIn(cidr: string): number | undefined {
  const range = parseRange(cidr);
  return range && sizeOf(range);
}

/** The first and the last one, the router's, two for DHCP, and four of a load balancer. */
const OF_THE_CLOUD = 9;

/**
 * What a stack's network has to have room for: a host that is made anew is there before the old one is
 * gone, and an edge has two addresses.
 */
export function addressesFor(hosts: number, edges: number): number {
  return 2 * (hosts + 2 * edges) + OF_THE_CLOUD;
}
