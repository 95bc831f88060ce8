import { expect } from "chai";
import {
  type Failure,
  type Load,
  type LoadOptions,
  type LoadReport,
  startLoad,
} from "../../load/index.ts";

/**
 * Users of all three kinds at a fixed rate: the load must not depend on how busy the machine is,
 * and the engine needs its processors too.
 */
export function steadyLoad(url: string, more: Partial<LoadOptions> = {}): Load {
  const kinds = { keepAlive: 3, newConnection: 3, slow: 6 };
  return startLoad({ url, ...kinds, ratePerSecond: 120, timeoutMs: 30_000, ...more });
}

/** Expects no errors, and answers from these colors only. */
export function expectUnharmed(report: LoadReport, ...colors: readonly string[]): void {
  expect(report.failures.slice(0, 3)).to.deep.equal([]);
  expect(report.failedTotal).to.equal(0);
  expect(report.total, "requests").to.be.greaterThan(50);
  expect(Object.keys(report.byColor)).to.have.members(colors);
}

/** Header of the example app, for balancers that do not report which color has answered. */
export const APP_COLOR_HEADER = "x-deployment-color";

/** How many requests a release may lose (see `expectFewCut`): the most seen so far. */
export const MOST_CUT = 4;

/**
 * Octavia reloads HAProxy for each change, which closes idle keep-alive connections: a request sent
 * at that moment is lost. Requests on new connections are never lost.
 *
 * @param colors Those that have answered; any if none is named.
 */
export function expectFewCut(report: LoadReport, ...colors: readonly string[]): void {
  const isCut = ({ kind, reason }: Failure) => kind !== "newConnection" && reason === "reset";
  expect(report.failures.filter((failure) => !isCut(failure))).to.deep.equal([]);
  expect(report.failedTotal).to.be.at.most(MOST_CUT);
  expect(report.total, "requests").to.be.greaterThan(50);
  if (colors.length > 0) expect(Object.keys(report.byColor)).to.have.members(colors);
}
