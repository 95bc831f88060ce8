import { expect } from "chai";
import { pause } from "../helpers/asking.ts";
import { EdgeLab } from "../helpers/edgeLab.ts";

const GENERATION = "2026-11-28T05:00:00.000Z";
/** As `pulumi up` passes them. */
const MARKS = [GENERATION, "g", "g"];
const HALF = { active: "blue", canaryWeight: 50, testers: true } as const;
const GREEN = { active: "green", canaryWeight: 0, testers: false } as const;
const BLUE = { active: "blue", canaryWeight: 0, testers: false } as const;

for (const version of ["2.6", "3.0"] as const) {
  describe(`a route that is granted for a limited time, on HAProxy ${version}`, function () {
    this.timeout(60_000);
    let lab: EdgeLab;
    before(async () => {
      lab = await EdgeLab.start(version);
    });
    after(() => lab.remove());
    beforeEach(() => lab.edge.setByHand(BLUE));

    it("ends by itself, for every request, and is not renewed afterwards", async () => {
      await lab.edge.setByHand(HALF, ...MARKS, "3:blue:0:off");
      expect([...(await lab.colors(40))].sort()).to.deep.equal(["blue", "green"]);
      expect(await lab.edge.look()).to.equal("blue:500:on");
      await pause(3200);
      expect([...(await lab.colors(40))]).to.deep.equal(["blue"]);
      const said = await lab.edge.showRoute();
      expect(said).to.match(/^real=blue:0:off$/m);
      expect(said).to.match(/^granted=blue:500:on$/m);
      expect(said).to.match(/^green_lost_at=\d+$/m);
      expect((await lab.edge.grant("renew", "60")).trim()).to.equal("expired");
      expect((await lab.edge.grant("keep")).trim()).to.equal("expired");
      expect([...(await lab.colors(40))]).to.deep.equal(["blue"]);
    });

    it("lasts while it is renewed, and stays once it is kept", async () => {
      await lab.edge.setByHand(GREEN, ...MARKS, "6:blue:0:off");
      for (let second = 0; second < 7; second++) {
        expect((await lab.edge.grant("renew", "6")).trim()).to.equal("renewed");
        await pause(1000);
      }
      expect([...(await lab.colors())]).to.deep.equal(["green"]);
      expect((await lab.edge.grant("keep")).trim()).to.equal("kept");
      expect((await lab.edge.grant("renew", "6")).trim()).to.equal("none");
      await pause(6200);
      expect([...(await lab.colors())]).to.deep.equal(["green"]);
      expect(await lab.edge.showRoute()).to.include(`generation=${GENERATION}`);
    });

    it("has expired after a restart with an old file, and after a clock that jumped back", async () => {
      const now = Number(await lab.sh("date +%s"));
      for (const [from, until] of [
        [now - 90, now - 30],
        [now + 500, now + 600],
      ]) {
        await lab.sh(`echo 'route green:0:off:${from}:${until}:blue:0:off' >/edge/route.map`);
        await lab.startBalancer();
        await pause(1000);
        expect([...(await lab.colors())]).to.deep.equal(["blue"]);
      }
    });

    it("is ended by an emergency route, which a full disk does not hold up", async () => {
      await lab.edge.setByHand(GREEN, ...MARKS, "60:blue:0:off");
      await lab.sh("cat /dev/zero >/edge/full 2>/dev/null || :");
      expect((await lab.edge.grant("renew", "60")).trim()).to.equal("renewed");
      const unrecorded = await lab.edge.setByHand(BLUE);
      expect(unrecorded).to.match(/could not be recorded: .* green:0:off:\d+:\d+:blue:0:off\./);
      expect([...(await lab.colors())]).to.deep.equal(["blue"]);
      const giving = await lab.edge.setByHand(HALF, ...MARKS).catch((error: Error) => error);
      expect(giving).to.be.an("error");
      expect([...(await lab.colors())]).to.deep.equal(["blue"]);
      await lab.sh("rm /edge/full");
      expect(await lab.edge.setByHand(BLUE)).to.equal("");
    });
  });
}
