import { expect } from "chai";
import {
  type Failure,
  type Load,
  type LoadOptions,
  type LoadReport,
  startLoad,
} from "../../load/index.ts";

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

/** Of the example app, for balancers that do not say themselves which color has answered. */
export const APP_COLOR_HEADER = "x-deployment-color";

/** How many requests a release may lose, see `expectFewCut`: as many as have been seen. */
export const MOST_CUT = 4;

/**
 * Octavia reloads HAProxy for each change, which closes connections that wait for their next request:
 * one that is on its way at that moment is lost. None on a connection of its own is.
 *
 * @param colors Those that have answered; any where none is named.
 */
export function expectFewCut(report: LoadReport, ...colors: readonly string[]): void {
  const isCut = ({ kind, reason }: Failure) => kind !== "newConnection" && reason === "reset";
  expect(report.failures.filter((failure) => !isCut(failure))).to.deep.equal([]);
  expect(report.failedTotal).to.be.at.most(MOST_CUT);
  expect(report.total, "requests").to.be.greaterThan(50);
  if (colors.length > 0) expect(Object.keys(report.byColor)).to.have.members(colors);
}
