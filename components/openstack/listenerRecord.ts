import type { Color } from "../../lib/color.ts";
import { type Route, formatRoute, parseRoute } from "../../lib/route.ts";

/** What this program last did to a listener's route. */
export interface ListenerRecord {
  readonly route: Route;
  /** The previous map entry; set while the change to `route` is unfinished. */
  readonly previous?: string;
  /** Name the `up` that set the route, and the gates that it passed. */
  readonly generation: string;
  readonly activeGate: string;
  readonly canaryGate: string;
  /** When a color last lost its traffic, in milliseconds since 1970; 0 for never. */
  readonly lostAt: Readonly<Record<Color, number>>;
}

const MARK = "blue-green.route=";

/**
 * The record as a tag of the listener, written by the same call that moves the pointer. Octavia allows 255
 * characters in a tag, but no comma.
 */
export function formatListenerRecord(record: ListenerRecord): string {
  const { route, previous = "", generation, activeGate, canaryGate, lostAt } = record;
  const times = [lostAt.blue, lostAt.green];
  return (
    MARK + [formatRoute(route), previous, generation, activeGate, canaryGate, ...times].join("|")
  );
}

/** @param tags All of a listener's tags; others' tags are ignored. */
export function readListenerRecord(tags: readonly string[]): ListenerRecord | undefined {
  const tag = tags.find((one) => one.startsWith(MARK));
  if (tag === undefined) return undefined;
  const [entry = "", previous = "", generation = "", activeGate = "", canaryGate = "", ...times] =
    tag.slice(MARK.length).split("|");
  const [blue = NaN, green = NaN] = times.map(Number);
  const route = parseRoute(entry);
  if (!route || Number.isNaN(blue) || Number.isNaN(green)) return undefined;
  return {
    route,
    ...(previous !== "" && { previous }),
    generation,
    activeGate,
    canaryGate,
    lostAt: { blue, green },
  };
}

/** A listener's tags, with the record replaced. */
export function withListenerRecord(tags: readonly string[], record: ListenerRecord): string[] {
  return [...tags.filter((tag) => !tag.startsWith(MARK)), formatListenerRecord(record)];
}
