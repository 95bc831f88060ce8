import { appendFile } from "node:fs/promises";
import { expect } from "chai";
import { Campaign, type TrialResult } from "./campaign.ts";
import { campaignTable } from "./table.ts";
import type { CampaignTarget } from "./target.ts";

/**
 * What a run is to do:
 * - `SEEDS=7` or `SEEDS=1-20`: these trials, in place of 25
 * - `TARGETS=local,ovh-edge`: these targets, in place of all
 * - `HISTORY=file`: keeps what happened, a trial a line
 */
const [first = 1, last = first] = (process.env["SEEDS"] ?? "1-25").split("-").map(Number);
const { HISTORY, TARGETS } = process.env;

/** Trials with these seeds on one stack of a target. */
export function describeCampaign(
  name: string,
  where: string,
  open: (store: string) => Promise<CampaignTarget>,
): void {
  if (TARGETS !== undefined && !TARGETS.split(",").includes(name)) return;
  describe(`releases ${where} while things go wrong`, () => {
    let campaign: Campaign;
    const results: TrialResult[] = [];

    before(async () => (campaign = await Campaign.start(open)));
    after(async () => {
      await campaign?.remove();
      console.log(`\n${campaignTable(results)}\n`);
    });

    for (let seed = first; seed <= last; seed++) {
      it(`keep every promise (seed ${seed})`, async () => {
        const result = await campaign.trial(seed).catch((error: Error) => {
          // Mocha lists it at the end of the whole run.
          console.error(error);
          throw error;
        });
        results.push(result);
        const { history, violations } = result;
        const told = JSON.stringify({ ...history, violations });
        if (HISTORY !== undefined) await appendFile(HISTORY, `${told}\n`);
        expect(violations, HISTORY === undefined ? told : `in ${HISTORY}`).to.deep.equal([]);
      });
    }
  });
}
