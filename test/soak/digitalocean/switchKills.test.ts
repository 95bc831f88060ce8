import { expect } from "chai";
import { stopUsers } from "../../helpers/asking.ts";
import { itWithstandsKills } from "../../helpers/killedSwitches.ts";
import { SmallFleet } from "../../helpers/smallFleet.ts";

describe("a managed switch that is killed", function () {
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

  itWithstandsKills(() => fleet);

  it("asks for nothing that the vendor's description does not know", () => {
    expect(fleet.cloud.violations).to.deep.equal([]);
  });
});
