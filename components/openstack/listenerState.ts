import { COLORS, type Color, isColor } from "../../lib/color.ts";
import type { BalancerParts } from "./balancerParts.ts";
import type { ListenerState, PoolName } from "./listenerRoute.ts";
import { isLeaving } from "./membersMark.ts";
import type { ApiListener, ApiMember, ApiPolicy } from "./octaviaTypes.ts";
import { readListenerRecord } from "./listenerRecord.ts";

/** The parts that make up a route, as Octavia reports them. */
export interface SeenParts {
  readonly listener: ApiListener;
  readonly preview?: ApiListener;
  readonly policies: readonly ApiPolicy[];
  /** Members of the pool that both colors share. */
  readonly shared: readonly ApiMember[];
}

/** The same in terms of a route. */
export function listenerState(
  { pools }: Pick<BalancerParts, "pools">,
  seen: SeenParts,
): ListenerState {
  const { listener, policies, shared } = seen;
  const nameOf = (id: string | null | undefined) =>
    (Object.keys(pools) as PoolName[]).find((name) => pools[name] === id);
  const colorOf = (id: string | null | undefined) => {
    const name = nameOf(id);
    return name === "shared" ? undefined : name;
  };
  const pointer = nameOf(listener.default_pool_id);
  const preview = colorOf(seen.preview?.default_pool_id);
  const testers = together(
    policies.map((one) => (one.admin_state_up ? colorOf(one.redirect_pool_id) : undefined)),
  );
  const record = readListenerRecord(listener.tags ?? []);
  const staying = shared.filter((member) => !isLeaving(member));
  const of = (color: Color) => staying.filter(({ name }) => memberColor(name) === color);
  return {
    ...(pointer && { pointer }),
    ...(preview && { preview }),
    ...(testers && { testers }),
    ...(record && { record }),
    ...(isBroken(seen, pointer) && { isBroken: true as const }),
    weights: perColor((color) => mean(of(color).map(({ weight }) => weight))),
    members: perColor((color) => of(color).length),
  };
}

/** Members without requests don't matter until they are set again. */
function isBroken(
  { listener, preview, policies, shared }: SeenParts,
  pointer: PoolName | undefined,
): boolean {
  const parts = [listener, preview, ...policies, ...(pointer === "shared" ? shared : [])];
  return parts.some((part) => part?.provisioning_status === "ERROR");
}

/** Members are named after their hosts. */
export function memberColor(name: string): Color | undefined {
  const [color = ""] = name.split("-");
  return isColor(color) ? color : undefined;
}

/** If the policies disagree, some testers' requests are not treated differently. */
function together(colors: readonly (Color | undefined)[]): Color | undefined {
  const [first] = colors;
  return colors.every((color) => color === first) ? first : undefined;
}

function perColor(value: (color: Color) => number): Readonly<Record<Color, number>> {
  const [blue, green] = COLORS.map(value);
  return { blue: blue ?? 0, green: green ?? 0 };
}

function mean(numbers: readonly number[]): number {
  return numbers.length === 0 ? 0 : numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
}
