import { expect } from "chai";
import type { ReleasePlan, Step } from "../../../../release/plan/releasePlan.ts";
import { previewColor, servingColor } from "../../../../release/run/servingColor.ts";
import type { Journal, StepRecord } from "../../../../release/store/journal.ts";

const step = (name: string, kind: Step["kind"], weight?: number): Step => ({
  ...{ name, kind, title: name, config: [], undo: [], undoTitle: "" },
  ...(weight !== undefined && { canary: { weight, durationSeconds: 1, minRequests: 1 } }),
});

const STEPS = [
  step("deploy", "deploy"),
  step("testers", "canary", 0),
  step("canary-5", "canary", 5),
  step("approval", "approval"),
  step("switch", "switch"),
  step("watch", "watch"),
];

/** A journal with all steps before the named one ended. */
function journalIn(name: string, more: Partial<Journal> = {}): Journal {
  const at = STEPS.findIndex((one) => one.name === name);
  const steps = STEPS.slice(0, at + 1).map((one, place): StepRecord => ({
    name: one.name,
    beganAt: 1,
    ...(place < at && { endedAt: 2 }),
  }));
  const plan = { from: "blue", to: "green", steps: STEPS } as unknown as ReleasePlan;
  return { plan, steps, isUndone: false, ...more } as Journal;
}

describe("the serving color of a release", () => {
  const both = (journal: Journal) => [servingColor(journal), previewColor(journal)];

  it("is the old color until users get the new one", () => {
    for (const name of ["deploy", "testers"]) {
      expect(both(journalIn(name)), name).to.deep.equal(["blue", "green"]);
    }
  });

  it("is undetermined during a canary, except at the preview URL", () => {
    for (const name of ["canary-5", "approval"]) {
      expect(both(journalIn(name)), name).to.deep.equal([undefined, "green"]);
    }
  });

  it("is undetermined during the switch, and the new color after it", () => {
    expect(both(journalIn("switch"))).to.deep.equal([undefined, undefined]);
    expect(both(journalIn("watch"))).to.deep.equal(["green", "blue"]);
  });

  it("is undetermined during a rollback", () => {
    expect(both(journalIn("watch", { isUndone: true }))).to.deep.equal([undefined, undefined]);
  });
});
