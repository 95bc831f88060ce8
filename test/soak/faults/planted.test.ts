import { appendFile } from "node:fs/promises";
import { expect } from "chai";
import { makeCompiledWorkspace } from "../../helpers/workspace.ts";
import { BUGS, LONG_FAULTS } from "../../faults/bugs.ts";
import { Campaign } from "../../faults/campaign.ts";
import { PlantedProgram } from "../../faults/plant.ts";
import { openLocal } from "../../faults/targets/local.ts";

/** `HISTORY=file` keeps what happened, a bug a line. */
const { HISTORY } = process.env;

/** The campaign finds bugs, or its zeros say nothing. */
describe("a planted bug", () => {
  for (const { name, bug, seed, action, watchSeconds, plan, invariant } of BUGS) {
    it(`is found: ${name}`, async () => {
      const program = await PlantedProgram.make(name.replaceAll(" ", "-"), bug);
      const campaign = await Campaign.start(async (store) => {
        const target = await openLocal(store, () => makeCompiledWorkspace(program.code));
        const key = ["--path", "release.watchSeconds", String(watchSeconds ?? 3)];
        await target.stack.pulumi(["config", "set", ...key, "--stack", target.stack.name]);
        return { ...target, faults: { ...target.faults, ...LONG_FAULTS } };
      });
      try {
        const { history, violations } = await campaign.trial(seed, { actions: [action], plan });
        if (HISTORY !== undefined) {
          await appendFile(HISTORY, `${JSON.stringify({ ...history, violations })}\n`);
        }
        const found = violations.map((violation) => violation.invariant);
        expect(found).to.include(invariant);
      } finally {
        await campaign.remove();
        await program.remove();
      }
    });
  }
});
