import { appendFile } from "node:fs/promises";
import { expect } from "chai";
import { Campaign, type TrialResult } from "../../faults/campaign.ts";
import { campaignTable } from "../../faults/table.ts";

/** `SEEDS=7` or `SEEDS=1-20` repeats some of them; `HISTORY=file` keeps what happened, a trial a line. */
const [first = 1, last = first] = (process.env["SEEDS"] ?? "1-200").split("-").map(Number);
const { HISTORY } = process.env;

describe("releases on this machine while something goes wrong", () => {
  let campaign: Campaign;
  const results: TrialResult[] = [];

  before(async () => (campaign = await Campaign.start()));
  after(async () => {
    await campaign.remove();
    console.log(`\n${campaignTable(results)}\n`);
  });

  for (let seed = first; seed <= last; seed++) {
    it(`keep every promise (seed ${seed})`, async () => {
      const result = await campaign.trial(seed);
      results.push(result);
      const { history, violations } = result;
      const told = JSON.stringify({ ...history, violations });
      if (HISTORY !== undefined) await appendFile(HISTORY, `${told}\n`);
      expect(violations, told).to.deep.equal([]);
    });
  }
});
