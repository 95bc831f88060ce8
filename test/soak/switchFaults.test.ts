import { expect } from "chai";
import { otherColor } from "../../lib/color.ts";
import { type FaultedCall, faultedCalls, nameOfCall, sample } from "../helpers/apiFaults.ts";
import { stopUsers } from "../helpers/asking.ts";
import { SmallFleet } from "../helpers/smallFleet.ts";

// A switch takes 20 to 30 seconds. FAULTS=120 is each trouble at each call; OUTAGES=24 each call.
const FAULTS = Number(process.env["FAULTS"] ?? 24);
const OUTAGES = Number(process.env["OUTAGES"] ?? 6);
const SILENCES = Number(process.env["SILENCES"] ?? 2);
const UPS = Number(process.env["UPS"] ?? 3);

describe("a managed switch while the API fails", function () {
  this.timeout(3 * 3_600_000);
  let fleet: SmallFleet;
  let calls: number;

  before(async () => {
    fleet = await SmallFleet.open();
    calls = await fleet.countCalls();
    console.log(`      a switch makes ${calls} calls`);
  });
  afterEach(async () => {
    fleet?.cloud.faults.clear();
    await stopUsers();
  });
  after(() => fleet?.close());

  async function switchThrough({ call, name, trouble }: FaultedCall): Promise<void> {
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

  it(`succeeds where one call fails once, ${FAULTS} times`, async () => {
    for (const faulted of faultedCalls(calls).slice(0, FAULTS)) await switchThrough(faulted);
  });

  it(`succeeds where one call is never answered, ${SILENCES} times`, async () => {
    const trouble = { how: "hang", when: "after" } as const;
    const all = Array.from({ length: calls }, (_, call) => ({ call, name: "silence", trouble }));
    for (const faulted of sample(all, SILENCES)) await switchThrough(faulted);
  });

  it(`fails without harm where the API fails for good, ${OUTAGES} times`, async () => {
    const positions = Array.from({ length: calls }, (_, call) => call);
    for (const [turn, call] of sample(positions, OUTAGES).entries()) {
      const what = `from call ${call} of ${calls} on`;
      await fleet.underLoad(what, async () => {
        fleet.cloud.reset();
        fleet.cloud.faults.inject({ how: 500, skip: call, times: Infinity });
        const to = fleet.idle;
        const { ok, output } = await fleet.script.run(to);
        expect(ok, what).to.equal(false);
        expect(output, what).to.include(nameOfCall(fleet.cloud, call));
        // On or back, as the user decides.
        await fleet.converge(turn % 2 === 0 ? to : otherColor(to), what);
      });
    }
  });

  it(`converges in whole ups in which calls fail, ${UPS} times`, async () => {
    await fleet.stack.set({ activeColor: fleet.active });
    await fleet.stack.mustUp();
    for (const [turn, faulted] of faultedCalls(calls).slice(0, UPS).entries()) {
      const what = `up ${turn} with ${faulted.name}`;
      await fleet.underLoad(what, async () => {
        // One call in five, which no call is unlucky enough to meet five times in a row.
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

  it("asks for nothing that the vendor's description does not know", () => {
    expect(fleet.cloud.violations).to.deep.equal([]);
  });
});
