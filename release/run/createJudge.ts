import { type Color, otherColor } from "../../lib/color.ts";
import type { StackNames } from "../../lib/naming.ts";
import type { Settings } from "../../settings/types.ts";
import { ReleaseJudge } from "../judge/judge.ts";
import type { Source } from "../judge/types.ts";
import { edgesOn } from "../../components/edge/edgeOnHost.ts";
import type { Target } from "../../components/service/target.ts";
import { openEdgeSource } from "../sources/edge.ts";
import { Probe, type ProbeTarget } from "../sources/probe.ts";
import { openPrometheusSource } from "../sources/prometheus.ts";
import { RestartCounter } from "../sources/restarts.ts";
import { TIMES_OF } from "../plan/judgement.ts";
import type { Judging } from "./releaseContext.ts";
import type { Journal } from "../store/journal.ts";
import { probeHeaders, probeUrl } from "./probing.ts";
import { previewColor, servingColor } from "./servingColor.ts";

export interface JudgingArgs extends Pick<Target, "hosts"> {
  readonly settings: Settings;
  readonly names: StackNames;
  /** The new color. */
  readonly candidate: Color;
  readonly url: string;
  readonly previewUrl: string;
  readonly journal: { readonly current: Journal };
}

/** The source and the judge of the settings. The source measures from now on. */
export async function createJudge(args: JudgingArgs): Promise<Judging> {
  const { confidence, maxErrorRate, maxLatencyRatio, statusMayDiffer } = args.settings.release;
  const { candidate } = args;
  const restarts = new RestartCounter(candidate, await args.hosts(), args.names.stack);
  const [source] = await Promise.all([openSource(args), restarts.look()]);
  const judge = new ReleaseJudge({
    ...{ candidate, confidence, maxErrorRate, maxLatencyRatio, statusMayDiffer },
    timesOf: TIMES_OF[source.name],
  });
  if (source.record) judge.remember(source.record[otherColor(candidate)]);
  return { source, judge, restarts };
}

async function openSource(args: JudgingArgs): Promise<Source> {
  const { source, prometheus } = args.settings.release;
  switch (source) {
    case "prometheus":
      if (!prometheus) throw new Error("the settings were not checked");
      return openPrometheusSource(prometheus);
    case "probe":
      return probe(args);
    case "edge":
      return openEdgeSource(edgesOn(await args.hosts(), args.names.edge));
  }
}

function probe({ settings, candidate, url, previewUrl, journal }: JudgingArgs): Probe {
  const { path, ratePerSecond } = settings.release.probe;
  const target = (address: string, isPublic: boolean): ProbeTarget => ({
    url: probeUrl(address, path),
    headers: probeHeaders(settings.apps[isPublic ? otherColor(candidate) : candidate]),
    isPublic,
    expected: () => (isPublic ? servingColor : previewColor)(journal.current),
  });
  // In a cloud the preview URL answers some addresses only, and ours may not be one.
  const isLocal = settings.target === "local";
  return new Probe({
    targets: [target(url, true), ...(isLocal ? [target(previewUrl, false)] : [])],
    ratePerSecond,
    colorHeader: settings.edge.colorHeader,
  });
}
