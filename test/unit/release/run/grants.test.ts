import { expect } from "chai";
import { merged } from "../../../../components/edge/edgeGrants.ts";
import { planRelease } from "../../../../release/plan/plan.ts";
import { grantOf } from "../../../../release/plan/releasePlan.ts";
import { runRelease, stepsLeft } from "../../../../release/run/runRelease.ts";
import { UserError } from "../../../../lib/userError.ts";
import { CANARY_UP, FakeRelease, SWITCH_UP } from "../../../helpers/fakeRelease.ts";
import { removeStores } from "../../../helpers/releaseStore.ts";
import { settingsFrom } from "../../../helpers/settings.ts";

const ALL_BLUE = { active: "blue", canaryWeight: 0, testers: false };

describe("the traffic that a release gives", function () {
  this.timeout(20_000);
  let release: FakeRelease;

  beforeEach(() => {
    release = new FakeRelease();
    release.isLockSteady = true;
  });
  afterEach(() => release.close());
  after(removeStores);

  it("is for a limited time, renewed while it runs, and permanent once it has ended", async () => {
    const asked: string[] = [];
    const answer = (word: string) => {
      asked.push(word);
      const granted = release.ups >= CANARY_UP ? ["edge"] : [];
      return Promise.resolve({ granted, expired: [], problems: [] });
    };
    release.grants = { renew: () => answer("renew"), keep: () => answer("keep") };
    expect(await runRelease(await release.open())).to.equal("released");
    expect(release.granted).to.deep.equal([undefined, "60:blue:0:off", "60:blue:0:off"]);
    expect(asked.filter((word) => word === "renew").length).to.be.greaterThan(2);
    expect(asked.at(-1)).to.equal("keep");
  });

  it("is given up in order once an edge has taken it back", async () => {
    let renewed = 0;
    release.grants = {
      renew: () => {
        const isOver = release.ups === CANARY_UP && ++renewed > 2;
        return Promise.resolve({
          granted: isOver ? [] : ["edge-1"],
          expired: isOver ? ["edge-1"] : [],
          problems: [],
        });
      },
      keep: () => Promise.reject(new Error("not reached")),
    };
    expect(await runRelease(await release.open())).to.equal("failed");
    expect(release.real).to.deep.equal(ALL_BLUE);
    const going = release.events.find(({ event }) => event === "going-back");
    expect(going).to.include({
      reason: "edge-1 has taken the traffic back: the release fell silent for 60 s",
    });
  });

  it("returns when an edge can't be told that it is permanent", async () => {
    const problems = ["edge-2: no answer"];
    const none = { granted: [], expired: [], problems: [] };
    release.grants = {
      renew: () => Promise.resolve(none),
      keep: () => Promise.resolve({ ...none, problems }),
    };
    expect(await runRelease(await release.open())).to.equal("failed");
    expect(release.real).to.deep.equal(ALL_BLUE);
  });

  it("stays when the `pulumi up` that gave it fails afterwards, which is repeated", async () => {
    release.afterUp = (up) => {
      if (up === SWITCH_UP) throw new UserError("release.json could not be stored");
    };
    expect(await runRelease(await release.open())).to.equal("released");
    expect(release.real).to.include({ active: "green" });
    expect(release.ups).to.equal(SWITCH_UP + 1);
    expect(release.warnings.join()).to.include("The route is set, so the release goes on");
  });

  it("stays when that fails again", async () => {
    release.afterUp = (up) => {
      if (up >= SWITCH_UP) throw new UserError("release.json could not be stored");
    };
    expect(await runRelease(await release.open())).to.equal("released");
    expect(release.real).to.include({ active: "green" });
    expect(release.warnings.join()).to.include("Run pulumi up: release.json could not be stored");
  });

  it("returns when the `pulumi up` fails before it has set the route", async () => {
    release.afterUp = (up) => {
      if (up !== SWITCH_UP) return;
      release.real = { active: "blue", canaryWeight: 25, testers: true };
      throw new UserError("green-1 did not pass its gate");
    };
    expect(await runRelease(await release.open())).to.equal("failed");
    expect(release.real).to.deep.equal(ALL_BLUE);
  });

  it("stays when the end of the release can't be recorded", async () => {
    release.afterUp = (up) => (release.isStoreDown = up === SWITCH_UP);
    const context = await release.open();
    const error: unknown = await runRelease(context).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(UserError);
    expect((error as Error).message).to.include("could not be recorded");
    expect((error as Error).message).to.include("bluegreen resume");
    expect(release.real).to.include({ active: "green" });
    release.isStoreDown = false;
    expect(await runRelease(context)).to.equal("released");
  });
});

describe("a step's grant", () => {
  const settings = settingsFrom({
    activeColor: "blue",
    blue: { image: "app:v1", count: 2 },
    green: { image: "app:v0", count: 2 },
    release: { steps: ["testers", "25%"], approval: true, watchSeconds: 60 },
  });
  const plan = (more: object = {}) =>
    planRelease(settings, { id: "r1", stack: "prod", image: "app:v2", ...more });
  const named = (names: readonly string[]) =>
    names.map((name) => ({ name, beganAt: 1, endedAt: 2 }));

  it("is for a share and for the switch, and not for testers", () => {
    const release = plan();
    const having = release.steps.filter((step) => grantOf(release, step));
    expect(having.map(({ name }) => name)).to.deep.equal(["canary-25", "switch"]);
  });

  it("is not for a switch that can't be undone", () => {
    const oneWay = plan({ oneWay: "drops a column" });
    const having = oneWay.steps.filter((step) => grantOf(oneWay, step));
    expect(having.map(({ name }) => name)).to.deep.equal(["canary-25"]);
  });

  it("is given again by `resume`, beginning with the step that gave it", () => {
    const left = (names: readonly string[], isTakenBack: boolean) =>
      stepsLeft({ plan: plan(), steps: named(names) }, isTakenBack)[0]?.name;
    expect(left(["deploy"], true)).to.equal("testers");
    expect(left(["deploy", "testers", "canary-25"], false)).to.equal("approval");
    expect(left(["deploy", "testers", "canary-25"], true)).to.equal("canary-25");
    expect(left(["deploy", "testers", "canary-25", "approval"], true)).to.equal("canary-25");
    const all = ["deploy", "testers", "canary-25", "approval", "switch", "watch"];
    expect(left(all, true)).to.equal("switch");
    expect(left(all, false)).to.equal(undefined);
  });
});

describe("what edges say about a grant", () => {
  it("is merged, and a busy edge is no problem", () => {
    const said = (value: string) => ({ status: "fulfilled", value }) as const;
    const answers = [
      said("renewed\n"),
      said("expired\n"),
      { status: "rejected", reason: new Error("no answer") } as const,
      said("busy\n"),
    ];
    expect(merged(["edge-1", "edge-2", "edge-3", "edge-4"], answers)).to.deep.equal({
      granted: ["edge-1"],
      expired: ["edge-2"],
      problems: ["edge-3: no answer"],
    });
  });
});
