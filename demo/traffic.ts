import { type Color, isColor } from "../lib/color.ts";
import { UserError } from "../lib/userError.ts";
import { type Failure, type LoadOptions, type LoadReport, now, startLoad } from "../load/index.ts";
import type { Interruption } from "./interruption.ts";
import { liveLine } from "./liveLine.ts";
import type { Screen } from "../release/output/screen.ts";
import type { Measured } from "./table.ts";

export interface Switch {
  readonly url: string;
  readonly from: Color;
  readonly to: Color;
  /** How the load differs from the one on this machine. */
  readonly load?: Partial<LoadOptions>;
  /** Runs the switch; calls back when the route begins to change. */
  readonly run: (onRouteStart: () => void) => Promise<void>;
  readonly interruption: Interruption;
}

export interface SwitchResult extends Measured {
  readonly failures: readonly Failure[];
}

/** How long requests run before and after the switch; the same for all columns. */
const MARGIN_MS = 2000;
const DRAW_EVERY_MS = 100;
/** Leaves enough of the machine for the app and `pulumi up`. */
const RATE_PER_SECOND = 300;

/** Runs a switch under load and measures the requests. */
export async function switchUnderLoad(change: Switch, screen: Screen): Promise<SwitchResult> {
  const traffic = new Traffic({ url: change.url, ...change.load }, screen);
  let routeStart: number | undefined;
  try {
    await change.interruption.sleep(MARGIN_MS);
    const upStart = now();
    await change.run(() => (routeStart = now()));
    const upEnd = now();
    await change.interruption.sleep(MARGIN_MS);
    const [quick, slow] = await traffic.stop();
    return measure({ change, quick, slow, routeStart, upStart, upEnd });
  } catch (error) {
    await traffic.stop();
    throw error;
  }
}

/** Two loads: quick requests that are timed, and requests of one second that are always in flight. */
class Traffic {
  readonly #quick;
  readonly #slow;
  readonly #screen: Screen;
  readonly #start = now();
  readonly #timer: NodeJS.Timeout;
  #reports: Promise<[LoadReport, LoadReport]> | undefined;

  constructor(load: LoadOptions, screen: Screen) {
    this.#screen = screen;
    const quick = { keepAlive: 4, newConnection: 4, ratePerSecond: RATE_PER_SECOND };
    this.#quick = startLoad({ ...quick, ...load });
    this.#slow = startLoad({ ...load, slow: 4, slowSeconds: 1 });
    this.#timer = setInterval(() => this.#draw(), DRAW_EVERY_MS);
  }

  stop(): Promise<[LoadReport, LoadReport]> {
    this.#reports ??= this.#stop();
    return this.#reports;
  }

  async #stop(): Promise<[LoadReport, LoadReport]> {
    const reports = await Promise.all([this.#quick.stop(), this.#slow.stop()]);
    clearInterval(this.#timer);
    this.#screen.endLive(this.#line());
    return reports;
  }

  #draw(): void {
    this.#screen.live(this.#line());
  }

  #line(): string {
    const [quick, slow] = [this.#quick.snapshot(), this.#slow.snapshot()];
    const state = {
      elapsedMs: now() - this.#start,
      sent: quick.sent + slow.sent,
      failed: quick.failed + slow.failed,
      ...(quick.color !== undefined && { color: quick.color }),
    };
    return liveLine(state, (color) => (isColor(color) ? this.#screen.color(color) : color));
  }
}

interface Run {
  readonly change: Switch;
  readonly quick: LoadReport;
  readonly slow: LoadReport;
  readonly routeStart: number | undefined;
  readonly upStart: number;
  readonly upEnd: number;
}

function measure({ change, quick, slow, routeStart, upStart, upEnd }: Run): SwitchResult {
  if (!quick.byColor[change.to]) {
    throw new UserError(
      `pulumi up succeeded, but ${change.to} answered no request to ${change.url}.\n` +
        `Try it yourself: curl -i ${change.url}`,
    );
  }
  const lastOld = quick.lastAnswerOf(change.from);
  const { p50, p99 } = quick.latency();
  const switchMs =
    lastOld !== undefined && routeStart !== undefined && lastOld > routeStart
      ? lastOld - routeStart
      : undefined;
  return {
    requests: quick.total + slow.total,
    failed: quick.failedTotal + slow.failedTotal,
    stale: quick.staleAfter(upEnd, change.from) + slow.staleAfter(upEnd, change.from),
    p50,
    p99,
    longestGap: quick.longestGap(),
    upMs: upEnd - upStart,
    ...(switchMs !== undefined && { switchMs }),
    failures: [...quick.failures, ...slow.failures],
  };
}

/** Describes the first failures for the end of the demo. */
export function describeFailures(failures: readonly Failure[]): string[] {
  return failures.slice(0, 5).map(({ kind, reason, status, color, error }) => {
    const details = [status && `status ${status}`, color, error].filter(Boolean).join(", ");
    return `${kind}: ${reason}${details && ` (${details})`}`;
  });
}
