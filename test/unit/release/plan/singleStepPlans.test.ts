import { expect } from "chai";
import {
  planRetirement,
  planRollback,
  planSwitch,
  planUndo,
  rollbackTarget,
} from "../../../../release/plan/singleStepPlans.ts";
import type { Journal } from "../../../../release/store/journal.ts";
import { MINIMAL, settingsFrom } from "../../../helpers/settings.ts";

const SETTINGS = settingsFrom({
  activeColor: "blue",
  blue: { image: "shop:1", count: 1 },
  green: { image: "shop:2", count: 1 },
  release: { steps: ["5%"], approval: true, watchSeconds: 60 },
});

const IDENTITY = { id: "20261128T120000Z-aaaa", stack: "prod" };
const DIGESTS = { blue: "sha256:1", green: "sha256:2" };

/** A rollback from green to blue. */
const rollback = (more: object = {}): Journal =>
  ({
    plan: { kind: "rollback", from: "green", to: "blue", image: "shop:1", liveImage: "shop:2" },
    ...{ outcome: "rolled-back", startedAt: 0, digests: DIGESTS, ...more },
  }) as unknown as Journal;

describe("a bare switch", () => {
  it("changes activeColor and nothing else", () => {
    const { kind, from, to, steps } = planSwitch(SETTINGS, "green", IDENTITY);
    expect({ kind, from, to }).to.deep.equal({ kind: "switch", from: "blue", to: "green" });
    expect(steps.map(({ config, undo }) => [config, undo])).to.deep.equal([
      [[{ key: "activeColor", value: "green" }], [{ key: "activeColor", value: "blue" }]],
    ]);
  });

  it("is refused to the live color, and to one without an image", () => {
    expect(() => planSwitch(SETTINGS, "blue", IDENTITY)).to.throw("blue has the traffic already");
    const alone = settingsFrom({ activeColor: "blue", blue: { image: "shop:1" } });
    expect(() => planSwitch(alone, "green", IDENTITY)).to.throw("bluegreen release --image");
  });

  it("can be rolled back", () => {
    const last = { plan: { kind: "switch", from: "blue", to: "green" } } as Journal;
    expect(rollbackTarget(last, "green", "shop:1")).to.equal("blue");
  });
});

describe("the undoing of a rollback", () => {
  it("is a release without deploy, canary and approval", () => {
    const plan = planUndo(SETTINGS, rollback(), DIGESTS, IDENTITY);
    expect(plan).to.include({ kind: "release", from: "blue", to: "green", image: "shop:2" });
    expect(plan.steps.map(({ name }) => name)).to.deep.equal(["switch", "watch"]);
    expect(plan.steps[0]?.config).to.deep.equal([
      { key: "activeColor", value: "green" },
      { key: "blue.keep", value: "true" },
    ]);
    expect(plan.digests).to.deep.equal(DIGESTS);
  });

  it("needs a rollback that has ended, and the version that it left", () => {
    const undo = (last: Journal | undefined, digests = DIGESTS) =>
      planUndo(SETTINGS, last, digests, IDENTITY);
    const other = { plan: { kind: "release", from: "green", to: "blue" } };
    for (const last of [undefined, rollback({ outcome: "failed" }), rollback(other)]) {
      expect(() => undo(last)).to.throw("was no rollback");
    }
    expect(() => undo(rollback(), { ...DIGESTS, green: "sha256:3" })).to.throw(
      "green has shop:2 now, and not what the rollback left",
    );
  });

  it("is what a second rollback names", () => {
    expect(() => rollbackTarget(rollback(), "blue", "shop:2")).to.throw(
      "bluegreen rollback --undo",
    );
  });
});

describe("a color without hosts", () => {
  const RETIRED = settingsFrom({
    activeColor: "blue",
    blue: { image: "shop:1", count: 3 },
    green: { image: "shop:2", count: 0 },
  });
  const START = {
    config: [{ key: "green.count", value: "3" }],
    undo: [{ key: "green.count", value: "0" }],
  };

  it("starts with as many hosts as the live one, before it gets traffic", () => {
    const plans = [
      planRollback(RETIRED, "green", IDENTITY, false),
      planSwitch(RETIRED, "green", IDENTITY),
      planUndo(RETIRED, rollback(), DIGESTS, IDENTITY),
    ];
    for (const { kind, steps } of plans) {
      expect(steps[0], kind).to.deep.include({ name: "start", ...START });
      expect(steps[1]?.config[0], kind).to.deep.equal({ key: "activeColor", value: "green" });
    }
  });

  it("is left by a retirement that keeps the image on this machine", () => {
    const settings = settingsFrom({ ...MINIMAL, release: { idleCount: 0 } });
    const { steps } = planRetirement(settings, undefined, DIGESTS, IDENTITY, Infinity);
    expect(steps).to.have.length(1);
    expect(steps[0]).to.deep.include({
      title:
        "green shrinks from 2 to 0: its containers go, its image stays, and a rollback starts them first",
      config: [{ key: "green.count", value: "0" }],
      undo: [{ key: "green.count", value: "2" }],
    });
  });

  it("keeps its digest in the config of a cloud, where its machines go", () => {
    const ssh = { secret: "s".repeat(32), allowedCidrs: ["203.0.113.7/32"] };
    const cloud = { target: "digitalocean", digitalocean: { region: "fra1" }, ssh };
    const of = (idleCount: number) => {
      const settings = settingsFrom({ ...MINIMAL, ...cloud, release: { idleCount } }, ["ssh"]);
      return planRetirement(settings, undefined, DIGESTS, IDENTITY, Infinity).steps[0];
    };
    expect(of(0)).to.deep.include({
      config: [
        { key: "green.image", value: "app:v2@sha256:2" },
        { key: "green.count", value: "0" },
      ],
      undo: [
        { key: "green.image", value: "app:v2" },
        { key: "green.count", value: "2" },
      ],
    });
    expect(of(1)?.config).to.deep.equal([{ key: "green.count", value: "1" }]);
  });
});
