import { expect } from "chai";
import type { Color } from "../../../lib/color.ts";
import { describeSwitch } from "../../helpers/describeSwitch.ts";
import { OctaviaFleet } from "../../helpers/octaviaFleet.ts";

/** Longer than the program and the provider wait for a change of Octavia. */
const STUCK_MS = 320_000;
/** A little longer than an `up` takes until it changes the balancer. */
const HELD_MS = 40_000;

describeSwitch(
  "a switch of Octavia",
  () => OctaviaFleet.open(),
  (fleetOf) => {
    describe("faults during a whole up", () => {
      let fleet: OctaviaFleet;

      before(async () => {
        fleet = fleetOf();
        await fleet.settle();
      });

      /** Makes the next `up` switch to the other color. */
      async function askForOther(): Promise<Color> {
        const to = fleet.idle;
        await fleet.stack.set({ activeColor: to });
        return to;
      }

      it("waits when another change makes Octavia answer 409", async () => {
        await fleet.underLoad("409", async () => {
          const to = await askForOther();
          await fleet.holdBalancer(HELD_MS);
          fleet.cloud.reset();
          await fleet.stack.mustUp();
          const answers = fleet.cloud.calls().filter(({ method }) => method === "PUT");
          expect(answers.map(({ status }) => status)).to.include(409);
          await fleet.expectOnly(to, "409");
        });
        expect(await fleet.stack.previewSteps()).to.deep.equal([]);
      });

      it("continues with a new token when its own is no longer valid", async () => {
        const moments = { "first look": { path: /load-balancer/ }, change: fleet.decisive };
        for (const [name, call] of Object.entries(moments)) {
          const what = `no token is good after the ${name}`;
          await fleet.underLoad(what, async () => {
            const to = await askForOther();
            fleet.cloud.reset();
            const onStrike = () => fleet.cloud.faults.expireTokens();
            fleet.cloud.faults.inject({ ...call, how: 503, onStrike });
            await fleet.stack.mustUp();
            const statuses = fleet.cloud.calls().map(({ status }) => status);
            expect(statuses, what).to.include.members([401, 503]);
            await fleet.expectOnly(to, what);
          });
          expect(await fleet.stack.previewSteps(), what).to.deep.equal([]);
        }
      });

      it("fails with a clear error when Octavia cannot apply the change, and then converges", async () => {
        await fleet.underLoad("ERROR", async () => {
          const to = await askForOther();
          fleet.cloud.octavia.stick({ forMs: 3000, ends: "ERROR" });
          const { ok, output } = await fleet.stack.up("--skip-preview");
          expect(ok, output).to.equal(false);
          expect(output).to.match(/Octavia .* ERROR/);
          await fleet.stack.mustUp();
          await fleet.expectOnly(to, "ERROR");
        });
        expect(await fleet.stack.previewSteps()).to.deep.equal([]);
      });

      it("fails with a clear error when the balancer stays PENDING_UPDATE, and then converges", async () => {
        await fleet.underLoad("PENDING_UPDATE", async () => {
          const to = await askForOther();
          fleet.cloud.octavia.stick({ forMs: STUCK_MS, ends: "ACTIVE" });
          const { ok, output } = await fleet.stack.up("--skip-preview");
          expect(ok, output).to.equal(false);
          expect(output).to.include("the load balancer is PENDING_UPDATE instead of ACTIVE");
          await fleet.stack.mustUp();
          await fleet.expectOnly(to, "PENDING_UPDATE");
        });
        expect(await fleet.stack.previewSteps()).to.deep.equal([]);
      });
    });
  },
);
