import { expect } from "chai";
import { Campaign } from "../faults/campaign.ts";

/** Each a release, a fault at a moment of it, and what people do then; `npm run soak:faults` has 200 of them. */
const SEEDS = [1];

describe("a release while something goes wrong", () => {
  let campaign: Campaign;

  before(async () => (campaign = await Campaign.start()));
  after(() => campaign.remove());

  for (const seed of SEEDS) {
    it(`keeps every promise (seed ${seed})`, async () => {
      const { history, violations } = await campaign.trial(seed);
      expect(violations, JSON.stringify(history)).to.deep.equal([]);
    });
  }
});
