import { expect } from "chai";
import { stopUsers } from "../../helpers/asking.ts";
import { itWithstandsFaults } from "../../helpers/faultedSwitches.ts";
import { itWithstandsKills } from "../../helpers/killedSwitches.ts";
import { SmallFleet } from "../../helpers/smallFleet.ts";

describe("a managed switch", function () {
  this.timeout(3 * 3_600_000);
  let fleet: SmallFleet;

  before(async () => {
    fleet = await SmallFleet.open();
  });
  afterEach(async () => {
    fleet?.cloud.faults.clear();
    await stopUsers();
  });
  after(() => fleet?.close());

  describe("while the API fails", () => {
    itWithstandsFaults(() => fleet);
  });

  describe("that is killed", () => {
    itWithstandsKills(() => fleet);
  });

  // Mocha runs what stands directly in a suite before what stands in others within.
  describe("in the end", () => {
    it("has asked for nothing that the vendor's description does not know", () => {
      expect(fleet.cloud.violations).to.deep.equal([]);
    });
  });
});
