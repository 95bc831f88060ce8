import { type Color, isColor, otherColor } from "./color.ts";

/** Each color's share of the traffic: the only thing that a switch changes. */
export interface Route {
  /** Takes production traffic. */
  readonly active: Color;
  /** Share of traffic for the other color, in percent, 0 to 100 with one decimal. */
  readonly canaryWeight: number;
  /** Whether requests that carry the canary header or cookie go to the other color. */
  readonly testers: boolean;
}

/**
 * The edge's format of a route, a single map entry, which changes atomically:
 * `<active color>:<canary weight in tenths of a percent>:<testers on|off>`, such as `blue:125:on`.
 */
export function formatRoute(route: Route): string {
  const tenths = Math.round(route.canaryWeight * 10);
  return `${route.active}:${tenths}:${route.testers ? "on" : "off"}`;
}

/** Parses `formatRoute`'s output; undefined for anything else, such as a value set by hand. */
export function parseRoute(text: string): Route | undefined {
  const match = /^([a-z]+):(\d{1,4}):(on|off)$/.exec(text);
  if (!match) return undefined;
  const [, active = "", tenths = "", testers] = match;
  if (!isColor(active) || Number(tenths) > 1000) return undefined;
  return { active, canaryWeight: Number(tenths) / 10, testers: testers === "on" };
}

export function sameRoute(a: Route, b: Route): boolean {
  return formatRoute(a) === formatRoute(b);
}

/** A color's share of traffic in percent. */
export function shareOf(color: Color, route: Route): number {
  return route.active === color ? 100 - route.canaryWeight : route.canaryWeight;
}

/** Whether ordinary users reach this color; a tester's header alone does not count. */
export function takesTraffic(color: Color, route: Route): boolean {
  return shareOf(color, route) > 0;
}

/** Whether the route names this color at all; if so, its gate must pass first. */
export function routeNames(color: Color, route: Route): boolean {
  return route.active === color || route.canaryWeight > 0 || route.testers;
}

/** For messages: `blue`, `blue with 5 % on green`, `blue with testers on green`. */
export function describeRoute(route: Route): string {
  const idle = otherColor(route.active);
  if (route.canaryWeight > 0) return `${route.active} with ${route.canaryWeight} % on ${idle}`;
  return route.testers ? `${route.active} with testers on ${idle}` : route.active;
}
