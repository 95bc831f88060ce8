import { edgesOn } from "../../components/edge/edgeOnHost.ts";
import { type Color, otherColor } from "../../lib/color.ts";
import { ReleaseJudge } from "../judge/judge.ts";
import type { ColorRecord, Measurement, Source } from "../judge/types.ts";
import { ofAll } from "../judge/verdict.ts";
import { openEdgeSource } from "../sources/edge.ts";
import type { JudgingArgs } from "./createJudge.ts";

const NOTHING = { requests: 0, failures: 0 } as const;

/**
 * Compares the live color with itself before the release: a new version may break it from aside, by a migration at
 * its start for instance. A live color that fails is no baseline for the new one either.
 */
export class LiveWatch {
  readonly #live: Color;
  readonly #before: ColorRecord;
  readonly #judge: ReleaseJudge;

  /** @param before What it had answered before the release. */
  constructor(live: Color, before: ColorRecord, confidence: number) {
    this.#live = live;
    this.#before = before;
    this.#judge = new ReleaseJudge({
      ...{ candidate: live, confidence, maxLatencyRatio: 1000 },
      // How bad it was before is no concern of this release.
      ...{ maxErrorRate: 100, statusMayDiffer: ["4xx", "3xx"] },
    });
    this.#judge.remember(before);
  }

  /** What the other color answered is left out: it is no measure of the live one. */
  add({ from, to, colors, answers }: Measurement): void {
    const other = otherColor(this.#live);
    const { requests, failures } = colors[this.#live];
    const own = { [this.#live]: { requests, failures }, [other]: NOTHING };
    this.#judge.add({
      ...{ from, to, colors: own as Measurement["colors"] },
      ...(answers && { answers: answers.filter(({ color }) => color === this.#live) }),
    });
  }

  /** Undefined while it fails no more often than before. */
  problem(isDeploying: boolean): string | undefined {
    if (!this.#judge.hasFailed) return undefined;
    const { requests = 0, failures = 0 } = this.#judge.verdict().numbers;
    const other = otherColor(this.#live);
    const when = isDeploying ? `while ${other} was deployed` : `during the release of ${other}`;
    const counts = `${ofAll({ requests, failures })} requests failed, ${ofAll(this.#before)} before that`;
    return `${this.#live} began to fail ${when}: ${counts}`;
  }
}

/** A watch of the live color, and what it measures by until the release has a judge. */
export interface LiveWatching {
  readonly watch: LiveWatch;
  readonly source: Source;
}

/** Undefined where no balancer of ours counts what the live color answers. */
export async function watchLive(args: JudgingArgs): Promise<LiveWatching | undefined> {
  const { source: kind, confidence } = args.settings.release;
  if (kind !== "edge") return undefined;
  const live = otherColor(args.candidate);
  const source = await openEdgeSource(edgesOn(await args.hosts(), args.names.edge));
  return { source, watch: new LiveWatch(live, source.record?.[live] ?? NOTHING, confidence) };
}
