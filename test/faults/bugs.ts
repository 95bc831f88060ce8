import type { Invariant } from "./invariants.ts";
import type { PlannedFault } from "./nemesis.ts";
import type { Replacement } from "./plant.ts";
import type { Faults } from "./target.ts";
import { BucketStore } from "./stores.ts";
import type { ActionName } from "./trial.ts";

/** A bug that somebody could write, and a trial in which it shows. */
export interface PlantedBug {
  readonly name: string;
  readonly bug: readonly Replacement[];
  /** An odd one has a bucket. */
  readonly seed: number;
  readonly action: ActionName;
  /** For `release.watchSeconds`, where the campaign's own is too short for it to show. */
  readonly watchSeconds?: number;
  readonly plan: readonly PlannedFault[];
  /** What the check must find. */
  readonly invariant: Invariant;
}

/** Longer than the deadline of a FAIL. */
const PARTITION_MS = 120_000;

/** It takes too long for a campaign. */
export const LONG_FAULTS: Faults = {
  "a long partition between runner and bucket": {
    apply: async ({ store }) => {
      if (!(store instanceof BucketStore)) return false;
      await store.during("silent", PARTITION_MS);
      return true;
    },
  },
};

/** A deploy comes first, and no other fault would fill its time. */
function at(name: string, phase: PlannedFault["moment"]["phase"], delayMs: number) {
  return [{ name, moment: { phase, delayMs, mostWaitMs: 120_000 }, isBeside: false }];
}

export const BUGS: readonly PlantedBug[] = [
  {
    name: "a route without read-back",
    bug: [
      {
        file: "release/run/finish.ts",
        from: "return isSame ? undefined : `the balancer's route is ${describeRoute(real)}, not ${wanted}`;",
        to: "return undefined;",
      },
    ],
    ...{ seed: 2, action: "release-good", plan: at("a hand on the route", "watch", 0) },
    watchSeconds: 20,
    invariant: "every sentence that a command ended with was true",
  },
  {
    name: "a journal before the route",
    bug: [
      {
        file: "release/run/rollBack.ts",
        from: `  const hadTraffic = await restoreRoute(context, plan, step);
  await recordUndone(context, undone);`,
        to: `  await recordUndone(context, undone);
  const hadTraffic = await restoreRoute(context, plan, step);`,
      },
      {
        file: "release/run/judgeStep.ts",
        from: "    await restoreRoute(context, plan, step);\n",
        to: "    await context.journal.change({ isUndone: true });\n    await restoreRoute(context, plan, step);\n",
      },
    ],
    ...{ seed: 1, action: "release-bad" },
    plan: at("a long partition between runner and bucket", "giving", 500),
    invariant: "a failed version has no traffic",
  },
  {
    name: "an undo that forgets a key",
    bug: [
      {
        file: "release/run/rollBack.ts",
        from: "else await applyConfig(context, step.undo, all);",
        to: 'else await applyConfig(context, step.undo.filter(({ key }) => !key.startsWith("canary")), all.filter(({ key }) => !key.startsWith("canary")));',
      },
    ],
    ...{ seed: 2, action: "release-bad", plan: [] },
    invariant: "a failed version has no traffic",
  },
];
