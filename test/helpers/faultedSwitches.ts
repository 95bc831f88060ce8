import { expect } from "chai";
import { otherColor } from "../../lib/color.ts";
import { type FaultedCall, faultedCalls, sample } from "./apiFaults.ts";
import type { SwitchedFleet } from "./switchedFleet.ts";

// A switch takes 10 to 30 seconds. FAULTS=120 runs each fault at each call; OUTAGES=24 each call.
const FAULTS = Number(process.env["FAULTS"] ?? 24);
const OUTAGES = Number(process.env["OUTAGES"] ?? 6);
const SILENCES = Number(process.env["SILENCES"] ?? 2);
const UPS = Number(process.env["UPS"] ?? 3);

/**
 * Tests of a switch during which API calls fail, once or permanently; all under load.
 *
 * @param fleetOf Returns the same fleet in each test.
 */
export function itWithstandsFaults(fleetOf: () => SwitchedFleet): void {
  let calls: number;

  before(async () => {
    calls = await fleetOf().countCalls();
    console.log(`      a switch makes ${calls} calls`);
  });

  async function switchThrough({ call, name, trouble }: FaultedCall): Promise<void> {
    const fleet = fleetOf();
    const what = `call ${call} of ${calls}, ${name}`;
    await fleet.underLoad(what, async () => {
      let struck = 0;
      fleet.cloud.faults.inject({ ...trouble, skip: call, onStrike: () => struck++ });
      const to = fleet.idle;
      const { ok, output } = await fleet.script.run(to);
      expect(ok, `${what}: ${output}`).to.equal(true);
      expect(struck, what).to.equal(1);
      await fleet.expectOnly(to, what);
    });
  }

  it(`succeeds when one call fails once, ${FAULTS} times`, async () => {
    for (const faulted of faultedCalls(calls).slice(0, FAULTS)) await switchThrough(faulted);
  });

  it(`succeeds when one call is never answered, ${SILENCES} times`, async () => {
    const trouble = { how: "hang", when: "after" } as const;
    const all = Array.from({ length: calls }, (_, call) => ({ call, name: "silence", trouble }));
    for (const faulted of sample(all, SILENCES)) await switchThrough(faulted);
  });

  it(`fails without harm when the API fails permanently, ${OUTAGES} times`, async () => {
    const fleet = fleetOf();
    const positions = Array.from({ length: calls }, (_, call) => call);
    for (const [turn, call] of sample(positions, OUTAGES).entries()) {
      const what = `from call ${call} of ${calls} on`;
      await fleet.underLoad(what, async () => {
        fleet.cloud.reset();
        fleet.cloud.faults.inject({ how: 500, skip: call, times: Infinity });
        const to = fleet.idle;
        const { ok, output } = await fleet.script.run(to);
        expect(ok, what).to.equal(false);
        const failed = fleet.cloud.calls().slice(call);
        const names = [...new Set(failed.map((one) => fleet.saidOf(one)))];
        expect(
          names.filter((name) => output.includes(name)),
          `${what}: ${output}`,
        ).not.to.be.empty;
        // Forward or back, as a user might decide.
        await fleet.converge(turn % 2 === 0 ? to : otherColor(to), what);
      });
    }
  });

  it(`converges when calls fail during whole ups, ${UPS} times`, async () => {
    const fleet = fleetOf();
    await fleet.settle();
    for (const [turn, faulted] of faultedCalls(calls).slice(0, UPS).entries()) {
      const what = `up ${turn} with ${faulted.name}`;
      await fleet.underLoad(what, async () => {
        // One call in five fails, and none has the bad luck to fail five times in a row.
        for (let skip = turn; skip < 3 * calls; skip += 5) {
          fleet.cloud.faults.inject({ ...faulted.trouble, skip });
        }
        const to = fleet.idle;
        await fleet.stack.set({ activeColor: to });
        await fleet.stack.mustUp();
        fleet.cloud.faults.clear();
        await fleet.expectOnly(to, what);
      });
      expect(await fleet.stack.previewSteps(), what).to.deep.equal([]);
    }
  });
}
