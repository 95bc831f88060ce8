import { type Color, isColor } from "../../lib/color.ts";

/**
 * The tags of a stack's droplets. By them the balancer and the firewalls find their droplets, and by
 * them this program sees what is there; letters, digits, `:`, `-` and `_` are allowed in one. The
 * colons keep the tags of two stacks apart, since no stack has one in its name.
 */
export interface StackTags {
  /** All droplets of the stack. */
  readonly stack: string;
  /** Those that run a balancer of our own. */
  readonly edge: string;
  /** Those that the managed balancer sends requests to: the pointer that a switch moves. */
  readonly live: string;
  /** Those whose health the managed balancer may ask about; without it a droplet is drained. */
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
    live: `${prefix}:live`,
    ready: `${prefix}:ready`,
    color: (color) => `${prefix}:${color}`,
    host: (hostName) => `${prefix}:host:${hostName}`,
  };
}

/** What this program last did to the managed balancer's route. */
export interface ManagedRecord {
  readonly active: Color;
  /** Where the switch to `active` had not ended. */
  readonly previous?: Color | "none";
  /** Name the `up` that set the route, and the gate that it passed; milliseconds since 1970. */
  readonly generation: number;
  readonly gate: number;
  /** When a color last lost its traffic, in milliseconds since 1970; 0 for never. */
  readonly lostAt: Readonly<Record<Color, number>>;
}

const MARK = ":route:";

/**
 * The record as a tag of the active color's droplets: the account has no better place beside what it
 * describes. Letters, digits, `:`, `-` and `_`, at most 255 in all.
 */
export function formatRouteTag(stackTag: string, record: ManagedRecord): string {
  const { active, previous = "done", generation, gate, lostAt } = record;
  return `${stackTag}${MARK}${[active, previous, generation, gate, lostAt.blue, lostAt.green].join(":")}`;
}

/** The latest of the records among some tags. */
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
