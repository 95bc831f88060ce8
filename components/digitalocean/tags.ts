import { type Color, isColor } from "../../lib/color.ts";

/**
 * The tags of a stack's droplets. The balancer, the firewalls and this program find the droplets by
 * them. A tag may hold letters, digits, `:`, `-` and `_`. Stack names have no colon, so the colons keep
 * the tags of two stacks apart.
 */
export interface StackTags {
  /** All droplets of the stack. */
  readonly stack: string;
  /** Droplets that run an edge. */
  readonly edge: string;
  /** The droplet of the services. */
  readonly services: string;
  /** The managed balancer's members; a switch moves this tag. */
  readonly live: string;
  /** Droplets open to the managed balancer's health checks; without this tag a droplet drains. */
  readonly ready: string;
  color(color: Color): string;
  host(hostName: string): string;
}

/** @param stack `<project>/<stack>`; a dot in it becomes an underscore. */
export function stackTags(stack: string): StackTags {
  const prefix = stack.replace("/", ":").replaceAll(".", "_");
  return {
    stack: prefix,
    edge: `${prefix}:edge`,
    services: `${prefix}:services`,
    live: `${prefix}:live`,
    ready: `${prefix}:ready`,
    color: (color) => `${prefix}:${color}`,
    host: (hostName) => `${prefix}:host:${hostName}`,
  };
}

/** What this program last did to the managed balancer's route. */
export interface ManagedRecord {
  readonly active: Color;
  /** Set while the switch to `active` is unfinished. */
  readonly previous?: Color | "none";
  /** Name the `up` that set the route, and the gate that it passed; milliseconds since 1970. */
  readonly generation: number;
  readonly gate: number;
  /** When a color last lost its traffic, in milliseconds since 1970; 0 for never. */
  readonly lostAt: Readonly<Record<Color, number>>;
}

const MARK = ":route:";

/**
 * The record as a tag of the active color's droplets; the account has no better place for it. A tag
 * holds at most 255 letters, digits, `:`, `-` and `_`.
 */
export function formatRouteTag(stackTag: string, record: ManagedRecord): string {
  const { active, previous = "done", generation, gate, lostAt } = record;
  return `${stackTag}${MARK}${[active, previous, generation, gate, lostAt.blue, lostAt.green].join(":")}`;
}

/** The latest record among some tags. */
export function readRouteTag(stackTag: string, tags: Iterable<string>): ManagedRecord | undefined {
  const records = [...tags].flatMap((tag) => parseRecord(stackTag, tag) ?? []);
  return records.sort((a, b) => b.generation - a.generation || (a.previous ? 1 : -1))[0];
}

export function isRouteTag(stackTag: string, tag: string): boolean {
  return tag.startsWith(stackTag + MARK);
}

function parseRecord(stackTag: string, tag: string): ManagedRecord | undefined {
  if (!isRouteTag(stackTag, tag)) return undefined;
  const [active = "", previous = "", ...numbers] = tag.slice((stackTag + MARK).length).split(":");
  const [generation = NaN, gate = NaN, blue = NaN, green = NaN] = numbers.map(Number);
  if (!isColor(active) || [generation, gate, blue, green].some(Number.isNaN)) return undefined;
  return {
    active,
    ...((isColor(previous) || previous === "none") && { previous }),
    generation,
    gate,
    lostAt: { blue, green },
  };
}
