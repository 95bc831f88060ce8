import { EXIT } from "../exitCodes.ts";
import { planRetirement } from "../plan/shortPlans.ts";
import { Refused } from "../refused.ts";
import { JournalFile } from "../store/journal.ts";
import { confirm } from "./confirm.ts";
import { heavyContext } from "./heavy.ts";
import type { Light } from "./light.ts";
import { newId } from "./newId.ts";
import { begin, goOn, underLock } from "./underLock.ts";

/** `bluegreen retire`: shrinks the idle color to `release.idleCount`. */
export async function retire(light: Light): Promise<number> {
  const { last, unfinished } = await JournalFile.open(light.store);
  if (unfinished) {
    throw new Refused(
      "A release has not ended, and may need the idle color. See: bluegreen status",
    );
  }
  const heavy = await heavyContext(light);
  const named = { id: newId(), stack: light.stack };
  const plan = planRetirement(heavy.settings, last, named, Date.now());
  light.report({ event: "plan", plan });
  if (light.options.dryRun) return EXIT.ok;
  await confirm(light, "Shrink the idle color?");
  return underLock(light, heavy, "retire", 0, async (ground) => {
    if (ground.journal.unfinished) throw new Refused("A release has begun meanwhile.");
    await begin(ground, plan, {});
    return goOn(ground);
  });
}
