import { expect } from "chai";
import { describeWorking } from "../../../../release/plan/workingProcesses.ts";
import { describeOutcome } from "../../../../release/output/describe.ts";
import { planRelease } from "../../../../release/plan/plan.ts";
import { configAfter, configRolledBack } from "../../../../release/plan/releasePlan.ts";
import { editedSince } from "../../../../release/run/applyConfig.ts";
import { runRelease } from "../../../../release/run/runRelease.ts";
import { JournalFile, readHistory } from "../../../../release/store/journal.ts";
import { CANARY_UP, FAIL, FakeRelease, SWITCH_UP } from "../../../helpers/fakeRelease.ts";
import { removeStores } from "../../../helpers/releaseStore.ts";
import { MINIMAL, settingsFrom } from "../../../helpers/settings.ts";

const ALL_BLUE = { active: "blue", canaryWeight: 0, testers: false };

describe("how a release ends", function () {
  this.timeout(20_000);
  let release: FakeRelease;

  beforeEach(() => (release = new FakeRelease()));
  afterEach(() => release.close());
  after(removeStores);

  it("leaves the color, the images and the canary in the config that it promises", async () => {
    const context = await release.open();
    expect(await runRelease(context)).to.equal("released");
    expect(release.real).to.include({ active: "green", canaryWeight: 0 });
    expect(release.file).to.deep.equal({
      activeColor: "green",
      blue: { image: "app:v1", count: 2, keep: "true" },
      green: { image: "app:v2", count: "2" },
    });
  });

  it("gives nobody the rejected version when activeColor was edited during the canary", async () => {
    release.isBad = true;
    release.afterUp = (up) => {
      if (up === CANARY_UP) release.file["activeColor"] = "green";
    };
    const context = await release.open();
    expect(await runRelease(context)).to.equal("rolled-back");
    expect(release.real).to.deep.equal(ALL_BLUE);
    expect(release.file["activeColor"]).to.equal("blue");
    expect(release.warnings).to.include(
      "activeColor was edited during this release: it is blue again",
    );
  });

  it("rolls back if a color then has other bytes than the plan says", async () => {
    const context = await release.open({ blue: "sha256:b", green: "sha256:v2" });
    release.afterUp = () => {
      release.outputs = {
        pools: { blue: { digest: "sha256:b" }, green: { digest: "sha256:old" } },
      };
    };
    expect(await runRelease(context)).to.equal("failed");
    expect(release.real).to.deep.equal(ALL_BLUE);
    expect((await readHistory(context.store)).at(-1)?.reason).to.include(
      "green was deployed with sha256:old instead of sha256:v2",
    );
  });

  it("does not say that a color is live as before if it has other bytes", async () => {
    release.isBad = true;
    const context = await release.open({ blue: "sha256:b" });
    release.afterUp = (up) => {
      if (up > CANARY_UP) release.outputs = { pools: { blue: { digest: "sha256:c" } } };
    };
    expect(await runRelease(context)).to.equal("mismatch");
  });

  it("sets its own images in a checkout whose stack file has older ones", async () => {
    release.afterUp = (up) => {
      if (up !== 1) return;
      release.file["green"] = { image: "app:v0", count: 1 };
      release.file["blue"] = { image: "app:v0", count: 2 };
    };
    const context = await release.open();
    expect(await runRelease(context)).to.equal("released");
    expect(release.file["green"]).to.deep.equal({ image: "app:v2", count: "2" });
    expect(release.file["blue"]).to.deep.equal({ image: "app:v1", count: 2, keep: "true" });
  });

  it("takes the traffic away while the store is down, and records it once it answers", async () => {
    release.isBad = true;
    release.afterUp = (up) => (release.isStoreDown = up === CANARY_UP);
    const context = await release.open();
    let routeWhileDown: unknown;
    release.onEvent = (event) => {
      if (event.event !== "warning" || !event.text.startsWith("Can't record this yet")) return;
      routeWhileDown = release.real;
      release.isStoreDown = false;
    };
    expect(await runRelease(context)).to.equal("rolled-back");
    expect(routeWhileDown).to.deep.equal(ALL_BLUE);
    const { last } = await JournalFile.open(context.store);
    expect(last).to.include({ outcome: "rolled-back", reason: FAIL.reason });
    expect(last?.steps.at(-1)?.verdict).to.deep.equal(FAIL);
  });

  it("takes the traffic away, and says what is left, when the store stays down", async () => {
    release.isBad = true;
    release.afterUp = (up) => (release.isStoreDown = up === CANARY_UP);
    const context = await release.open();
    const error: unknown = await runRelease(context).catch((reason: unknown) => reason);
    expect((error as Error).message).to.match(/^blue has all traffic\. .*bluegreen abort$/s);
    expect(release.real).to.deep.equal(ALL_BLUE);
    release.isStoreDown = false;
    expect((await JournalFile.open(context.store)).unfinished?.plan.id).to.equal(
      context.journal.current.plan.id,
    );
  });

  it("is a mismatch when the balancer does something else", async () => {
    const context = await release.open();
    release.afterUp = (up) => {
      if (up === SWITCH_UP) release.real = { active: "blue", canaryWeight: 10, testers: false };
    };
    expect(await runRelease(context)).to.equal("mismatch");
    const [ended] = await readHistory(context.store);
    expect(describeOutcome(ended!)).to.equal(
      "release of app:v2 has ended: the balancer's route is blue with 10 % on green, not green. " +
        "Check: bluegreen status",
    );
  });

  it("records the processes that work in the color with the traffic", async () => {
    const of = (runs: boolean) => [
      ...[1, 2].map(() => ({ name: "worker", kind: "worker", runs })),
      { name: "beat", kind: "single", runs },
    ];
    const context = await release.open();
    expect(context.journal.current.processes).to.equal(undefined);
    release.outputs = {
      activeColor: "green",
      pools: { blue: { processes: of(false) }, green: { processes: of(true) } },
    };
    await runRelease(context);
    const [ended] = await readHistory(context.store);
    expect(describeWorking(ended!.processes!)).to.equal("worker 2, beat 1 in green");
  });

  it("is a mismatch when the balancer does not report its route", async () => {
    const context = await release.open();
    release.afterUp = (up) => (release.isBalancerSilent = up === SWITCH_UP);
    expect(await runRelease(context)).to.equal("mismatch");
    expect(context.journal.current.reason).to.equal(
      "the balancer's route can't be read: connection refused",
    );
  });
});

describe("the keys that a release moves", () => {
  const config = { ...MINIMAL, release: { steps: ["5%"], idleCount: 1 } };
  const asked = { id: "a", stack: "prod", image: "app:v3" };
  const values = (changes: readonly { readonly key: string; readonly value?: string }[]) =>
    Object.fromEntries(changes.map(({ key, value }) => [key, value]));

  it("are all set by each step", () => {
    const plan = planRelease(settingsFrom(config), asked);
    const at = (name: string) =>
      values(
        configAfter(
          plan,
          plan.steps.find((step) => step.name === name)!,
        ),
      );
    const deployed = {
      activeColor: "blue",
      "blue.keep": undefined,
      "blue.image": "app:v1",
      "green.image": "app:v3",
      "green.count": "2",
    };
    expect(at("deploy")).to.deep.equal({ ...deployed, canary: undefined });
    expect(at("canary-5")).to.deep.equal({ ...deployed, "canary.weight": "5" });
    expect(at("switch")).to.deep.equal({
      ...deployed,
      activeColor: "green",
      "blue.keep": "true",
      canary: undefined,
    });
  });

  it("return to their values, but for the new version's image if it is to stay", () => {
    const plan = planRelease(settingsFrom(config), asked);
    expect(values(configRolledBack(plan, false))).to.include({
      activeColor: "blue",
      "green.image": "app:v2",
    });
    expect(values(configRolledBack(plan, true))).to.include({ "green.image": "app:v3" });
  });

  it("remove a color that the release made, if its deploy failed", () => {
    const { activeColor, blue } = MINIMAL;
    const plan = planRelease(settingsFrom({ activeColor, blue }), asked);
    expect(values(configRolledBack(plan, false))).to.have.property("green", undefined);
    expect(values(configRolledBack(plan, true))).to.not.have.property("green");
  });

  it("count as edited when the stack file has another value, and not when it can't be read", () => {
    const changes = [
      { key: "activeColor", value: "blue" },
      { key: "green.image", value: "app:v3" },
      { key: "green.count", value: "2" },
      { key: "canary" },
    ];
    const right = { activeColor: "blue", green: { image: "app:v3", count: 2 } };
    const edited = (file: Record<string, unknown>) =>
      editedSince(file, changes).map(({ key }) => key);
    expect(edited(right)).to.deep.equal([]);
    expect(edited({ ...right, activeColor: "green", canary: { weight: 5 } })).to.deep.equal([
      "activeColor",
      "canary",
    ]);
    expect(edited({ ...right, green: { image: "app:v2" } })).to.deep.equal([
      "green.image",
      "green.count",
    ]);
    expect(edited({ ...right, green: { secure: "v1:abc" } })).to.deep.equal([]);
  });
});
