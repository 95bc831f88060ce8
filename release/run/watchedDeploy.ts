import { ReleaseFailed } from "./endings.ts";
import type { LiveWatching } from "./liveWatch.ts";
import type { ReleaseContext } from "./releaseContext.ts";

const SAMPLE_MS = 1000;

/**
 * Deploys, and watches the live color meanwhile. `pulumi up` ends in any case: only then the config can be restored.
 *
 * @throws ReleaseFailed if the live color begins to fail. Whatever the work throws.
 */
export async function watchedDeploy(
  { clock, report, signal }: ReleaseContext,
  { source, watch }: LiveWatching,
  work: () => Promise<void>,
): Promise<void> {
  const working = work();
  let isOver = false;
  const settled = working.catch(() => undefined).then(() => (isOver = true));
  for (let told: string | undefined; ;) {
    await Promise.race([clock.sleep(SAMPLE_MS, signal).catch(() => settled), settled]);
    // A source that is silent says nothing about the color; the steps that need one report it.
    await source.measure(signal).then(
      (measured) => watch.add(measured),
      () => undefined,
    );
    const problem = watch.problem(true);
    if (problem !== undefined && told === undefined && !isOver) {
      report({ event: "warning", text: `${problem}. The release stops once pulumi up has ended.` });
    }
    told ??= problem;
    if (!isOver) continue;
    await working;
    if (problem !== undefined) throw new ReleaseFailed("rolled-back", problem);
    return;
  }
}
