import { expect } from "chai";
import { stopUsers } from "./asking.ts";
import { itWithstandsFaults } from "./faultedSwitches.ts";
import { itWithstandsKills } from "./killedSwitches.ts";
import type { SwitchedFleet } from "./switchedFleet.ts";

/**
 * A switch through a cloud's API that fails and is killed, and more suites for the same fleet.
 *
 * @param more Suites that get the same fleet in each test.
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

    describe("a switch while the API fails", () => {
      itWithstandsFaults(() => fleet);
    });

    describe("a switch that is killed", () => {
      itWithstandsKills(() => fleet);
    });

    more(() => fleet);

    // Mocha runs a suite's own tests before its nested suites.
    describe("the fleet at the end", () => {
      it("leaves nothing of the stack", async () => {
        await fleet.destroy();
      });

      it("has sent only requests that match the vendor's description", () => {
        expect(fleet.cloud.violations).to.deep.equal([]);
      });
    });
  });
}
