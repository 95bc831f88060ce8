import { expect } from "chai";
import { type Load, type LoadOptions, type LoadReport, startLoad } from "../../load/index.ts";

/**
 * Users of all three kinds at a fixed rate: what they ask must not depend on how busy the machine
 * is, and the engine needs its processors too.
 */
export function steadyLoad(url: string, more: Partial<LoadOptions> = {}): Load {
  const kinds = { keepAlive: 3, newConnection: 3, slow: 6 };
  return startLoad({ url, ...kinds, ratePerSecond: 120, timeoutMs: 30_000, ...more });
}

/** Nobody got an error, and no other color than these answered anybody. */
export function expectUnharmed(report: LoadReport, ...colors: readonly string[]): void {
  expect(report.failures.slice(0, 3)).to.deep.equal([]);
  expect(report.failedTotal).to.equal(0);
  expect(report.total, "requests").to.be.greaterThan(50);
  expect(Object.keys(report.byColor)).to.have.members(colors);
}
