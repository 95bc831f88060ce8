import { expect } from "chai";
import { Campaign } from "../faults/campaign.ts";
import { openLocal } from "../faults/targets/local.ts";

/** `npm run soak:faults` has hundreds of faults. These need nothing that set-up does not bring. */
const KINDS = ["SIGKILL to the command and all it started", "SIGKILL to the engine"];

describe("a release while things go wrong", () => {
  let campaign: Campaign;

  before(async () => (campaign = await Campaign.start(openLocal)));
  after(() => campaign.remove());

  it("keeps every promise", async () => {
    const actions = ["release-bad"] as const;
    const { history, violations } = await campaign.trial(1, { kinds: KINDS, faults: 2, actions });
    expect(violations, JSON.stringify(history)).to.deep.equal([]);
  });
});
