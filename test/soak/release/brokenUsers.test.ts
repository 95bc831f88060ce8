import { expect } from "chai";
import { BUNCHES, BunchedTraffic, withoutDraws } from "../../../dev/bench/judgement/bunches.ts";
import { ours } from "../../../dev/bench/judgement/rules.ts";
import { HOUR, seeds } from "../../../dev/bench/judgement/runs.ts";

const RUNS = 400;

describe("simulated hours with broken users", () => {
  for (const bunches of BUNCHES) {
    it(`raise at most 5 % false alarms: ${bunches.name}`, () => {
      const failed = { withDraws: 0, without: 0 };
      for (const seed of seeds(RUNS)) {
        const traffic = new BunchedTraffic(bunches, seed);
        const rules = [ours(), ours()] as const;
        const has = [false, false];
        for (let second = 0; second < HOUR && !has.every(Boolean); second++) {
          const measurement = traffic.next();
          has[0] ||= rules[0].hasFailed(measurement);
          has[1] ||= rules[1].hasFailed(withoutDraws(measurement));
        }
        if (has[0]) failed.withDraws += 1;
        if (has[1]) failed.without += 1;
      }
      const share = (count: number) => `${((100 * count) / RUNS).toFixed(1)} %`;
      console.log(`      ${share(failed.without)} without draws, ${share(failed.withDraws)} with`);
      expect(failed.withDraws / RUNS).to.be.at.most(0.05);
    });
  }
});
