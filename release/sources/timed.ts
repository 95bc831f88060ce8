import { COLORS, type Color } from "../../lib/color.ts";
import type { ColorSample, Measurement, Source } from "../judge/types.ts";

/**
 * Counts of one source and times of another: an edge counts all that users ask but knows no times, a
 * probe knows times. The probe's own requests are in the counts too and are taken out of them, since
 * they would make a color that fails look better than its users find it.
 */
export function withTimesOf(counting: Source, timing: Source): Source {
  const owed: Record<Color, Debt> = {
    blue: { passed: 0, failures: 0 },
    green: { passed: 0, failures: 0 },
  };
  return {
    name: counting.name,
    look: async (signal) => {
      // A request that ends between the two looks is taken out of the next counts.
      const counts = await counting.look(signal);
      // Counts that have been taken can't be taken again; without times they are still worth all.
      const times = await timing.look(signal).catch(() => undefined);
      return times ? together(counts, times, owed) : counts;
    },
    close: async () => {
      await Promise.all([counting.close(), timing.close()]);
    },
  };
}

/** What the probe has asked and is still to be taken out of the counts. */
interface Debt {
  passed: number;
  failures: number;
}

function together(counts: Measurement, times: Measurement, owed: Record<Color, Debt>): Measurement {
  const [blue, green] = COLORS.map((color) =>
    withoutProbe(counts.colors[color], times.colors[color], owed[color]),
  );
  return { from: counts.from, to: counts.to, colors: { blue: blue!, green: green! } };
}

function withoutProbe(counted: ColorSample, probed: ColorSample, debt: Debt): ColorSample {
  const failures = Math.min(counted.failures, debt.failures + probed.failures);
  const probedPassed = probed.requests - probed.failures;
  const passed = Math.min(counted.requests - counted.failures, debt.passed + probedPassed);
  // What does not come up in the next counts either, the edge does not count as the probe does.
  debt.failures = Math.min(debt.failures + probed.failures - failures, probed.failures);
  debt.passed = Math.min(debt.passed + probedPassed - passed, probedPassed);
  return {
    requests: counted.requests - failures - passed,
    failures: counted.failures - failures,
    latencies: probed.latencies ?? [],
  };
}
