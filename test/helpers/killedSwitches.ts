import { expect } from "chai";
import { otherColor } from "../../lib/color.ts";
import { sample } from "./apiFaults.ts";
import { pause } from "./asking.ts";
import { killUp, recover } from "./interruption.ts";
import type { SwitchedFleet } from "./switchedFleet.ts";

// Each kill takes up to a minute. KILLS=24 places one at each call, and one in every second of a
// switch.
const KILLS = Number(process.env["KILLS"] ?? 10);
const UPS = Number(process.env["UPS"] ?? 4);

/**
 * Tests of a switch that is killed, the script alone and the whole `pulumi up`; all under load.
 *
 * @param fleetOf Returns the same fleet in each test.
 */
export function itWithstandsKills(fleetOf: () => SwitchedFleet): void {
  let calls: number;
  let durationMs: number;
  let kills = 0;

  before(async () => {
    const begin = Date.now();
    calls = await fleetOf().countCalls();
    durationMs = Date.now() - begin;
    console.log(`      a switch makes ${calls} calls in ${durationMs} ms`);
  });
  after(() => console.log(`      ${kills} kills`));

  /**
   * Kills the script of a switch at some moment, and then runs one back or forward; all under load.
   */
  async function killAndConverge(
    turn: number,
    what: string,
    moment: Promise<unknown>,
  ): Promise<void> {
    const fleet = fleetOf();
    await fleet.underLoad(what, async () => {
      const to = fleet.idle;
      const script = fleet.script.start(to);
      await Promise.race([moment, script]);
      if (script.kill("SIGKILL")) kills += 1;
      await script;
      await fleet.converge(turn % 2 === 0 ? otherColor(to) : to, what);
    });
  }

  it(`converges when its script is killed during a call, ${KILLS} times`, async () => {
    const { cloud } = fleetOf();
    const positions = Array.from({ length: calls }, (_, call) => call);
    for (const [turn, call] of sample(positions, KILLS).entries()) {
      // The call takes effect, but its result is lost.
      const struck = new Promise<void>((resolve) => {
        cloud.faults.inject({ how: "hang", when: "after", skip: call, onStrike: resolve });
      });
      await killAndConverge(turn, `killed in call ${call} of ${calls}`, struck);
    }
  });

  it(`converges when its script is killed at any time, ${KILLS} times`, async () => {
    for (let turn = 0; turn < KILLS; turn++) {
      const delayMs = Math.round(((turn + 0.5) * durationMs) / KILLS);
      await killAndConverge(turn, `killed after ${delayMs} ms`, pause(delayMs));
    }
  });

  it("stops a script that outlives its up and is still retrying a call", async () => {
    const fleet = fleetOf();
    await fleet.underLoad("overtaken", async () => {
      const { active, idle } = fleet;
      const overtaken = fleet.script.start(idle);
      await new Promise<void>((resolve) => {
        // It retries only after half a minute.
        fleet.cloud.faults.inject({ ...fleet.decisive, how: "hang", onStrike: resolve });
      });
      const { ok, output } = await fleet.script.run(active);
      expect(ok, output).to.equal(true);
      const { exitCode, all } = await overtaken;
      expect(exitCode, all).not.to.equal(0);
      expect(all).to.include("A later pulumi up is changing the balancer");
      await fleet.expectOnly(active, "overtaken");
    });
  });

  it(`converges when the whole up is killed, ${UPS} times`, async () => {
    const fleet = fleetOf();
    await fleet.settle();
    for (let turn = 0; turn < UPS; turn++) {
      const delayMs = Math.round(((turn + 0.5) * durationMs) / UPS);
      const what = `up killed ${delayMs} ms after its route began`;
      await fleet.underLoad(what, async () => {
        const from = fleet.active;
        const to = fleet.idle;
        await fleet.stack.set({ activeColor: to });
        if (await killUp(fleet.stack, { resource: "balancer-route", delayMs })) kills += 1;
        const next = turn % 2 === 0 ? from : to;
        await fleet.stack.set({ activeColor: next });
        await recover(fleet.stack);
        await fleet.expectOnly(next, what);
      });
      expect(await fleet.stack.previewSteps(), what).to.deep.equal([]);
    }
  });
}
