import { expect } from "chai";
import { stopUsers } from "./asking.ts";
import { itWithstandsFaults } from "./faultedSwitches.ts";
import { itWithstandsKills } from "./killedSwitches.ts";
import type { SwitchedFleet } from "./switchedFleet.ts";

/**
 * A switch by a cloud's API that fails and is killed, and what else a test has for one fleet.
 *
 * @param more Suites, each of which is given the same fleet in each test.
 */
export function describeSwitch<Fleet extends SwitchedFleet>(
  title: string,
  open: () => Promise<Fleet>,
  more: (fleetOf: () => Fleet) => void = () => {},
): void {
  describe(title, function () {
    this.timeout(3 * 3_600_000);
    let fleet: Fleet;

    before(async () => {
      fleet = await open();
    });
    afterEach(async () => {
      fleet?.clearFaults();
      await stopUsers();
    });
    after(() => fleet?.close());

    describe("while the API fails", () => {
      itWithstandsFaults(() => fleet);
    });

    describe("that is killed", () => {
      itWithstandsKills(() => fleet);
    });

    more(() => fleet);

    // Mocha runs what stands directly in a suite before what stands in others within.
    describe("in the end", () => {
      it("leaves nothing of the stack", async () => {
        await fleet.destroy();
      });

      it("has asked for nothing that the vendor's description does not know", () => {
        expect(fleet.cloud.violations).to.deep.equal([]);
      });
    });
  });
}
