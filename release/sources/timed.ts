import { COLORS, type Color } from "../../lib/color.ts";
import type { ColorSample, Measurement, Source } from "../judge/types.ts";

/**
 * Counts of one source with durations of another: an edge counts all requests of users without their
 * durations, which a probe measures. The probe's own requests are subtracted from the counts, since they
 * would make a failing color look better than it is for its users.
 */
export function withTimesOf(counting: Source, timing: Source): Source {
  const backlogs: Record<Color, Backlog> = {
    blue: { passed: 0, failures: 0 },
    green: { passed: 0, failures: 0 },
  };
  return {
    name: counting.name,
    measure: async (signal) => {
      // A request that ends between the two measurements is subtracted from the next counts.
      const counts = await counting.measure(signal);
      // These counts can't be read again, and are valid without durations.
      const times = await timing.measure(signal).catch(() => undefined);
      return times ? combine(counts, times, backlogs) : counts;
    },
    close: async () => {
      await Promise.all([counting.close(), timing.close()]);
    },
  };
}

/** Requests of the probe that are still to be subtracted from the counts. */
interface Backlog {
  passed: number;
  failures: number;
}

function combine(
  counts: Measurement,
  times: Measurement,
  backlogs: Record<Color, Backlog>,
): Measurement {
  const [blue, green] = COLORS.map((color) =>
    withoutProbe(counts.colors[color], times.colors[color], backlogs[color]),
  );
  return { from: counts.from, to: counts.to, colors: { blue: blue!, green: green! } };
}

function withoutProbe(counted: ColorSample, probed: ColorSample, backlog: Backlog): ColorSample {
  const failures = Math.min(counted.failures, backlog.failures + probed.failures);
  const probedPassed = probed.requests - probed.failures;
  const passed = Math.min(counted.requests - counted.failures, backlog.passed + probedPassed);
  // A request that is missing from the next counts too, the edge has counted differently.
  backlog.failures = Math.min(backlog.failures + probed.failures - failures, probed.failures);
  backlog.passed = Math.min(backlog.passed + probedPassed - passed, probedPassed);
  return {
    requests: counted.requests - failures - passed,
    failures: counted.failures - failures,
    latencies: probed.latencies ?? [],
  };
}
