import { expect } from "chai";
import type { FaultEntry } from "../../faults/history.ts";
import { type PlannedFault, planFaults, strikeAll } from "../../faults/nemesis.ts";
import { Stage } from "../../faults/stage.ts";
import type { Faults } from "../../faults/target.ts";
import { seededRandom } from "../../helpers/interruption.ts";

describe("the faults of a trial", () => {
  it("are the same for the same seed, and others for another one", () => {
    const planned = (seed: number) => planFaults(["a", "b", "c"], 6, seededRandom(seed));
    expect(planned(1)).to.deep.equal(planned(1));
    expect(planned(1)).not.to.deep.equal(planned(2));
  });

  async function struck(plan: readonly PlannedFault[], faults: Faults): Promise<FaultEntry[]> {
    const stage = new Stage();
    Object.assign(stage, { pid: 1, said: '{"event":"began","step":"watch"}' });
    const entries: FaultEntry[] = [];
    await strikeAll({
      ...{ stage, faults, plan },
      apply: (fault) => fault.apply({} as never),
      record: (entry) => entries.push(entry),
      isOver: () => false,
    });
    return entries;
  }

  const now = { moment: { phase: "watch", delayMs: 0 }, isBeside: false } as const;

  it("are recorded with the time in which requests may be lost", async () => {
    const faults = { cut: { cutsForMs: 1000, apply: () => Promise.resolve(true) } };
    const [entry] = await struck([{ name: "cut", ...now }], faults);
    expect(entry).to.include({ fault: "cut", leavesWork: false });
    expect(entry?.cutsUntil).to.equal((entry?.endedAt ?? 0) + 1000);
  });

  it("do not count if there was nothing to strike", async () => {
    const faults = { none: { apply: () => Promise.resolve(false) } };
    expect(await struck([{ name: "none", ...now }], faults)).to.deep.equal([]);
  });
});
