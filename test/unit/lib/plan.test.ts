import { expect } from "chai";
import type { Color } from "../../../lib/color.ts";
import { edgeManualCommands } from "../../../components/edge/manualCommands.ts";
import type { Observation } from "../../../lib/observation.ts";
import { planUp, wantedRoute } from "../../../lib/plan.ts";
import { containers, seen } from "../../helpers/observation.ts";
import { MINIMAL, settingsFrom } from "../../helpers/settings.ts";

const tokens = ({ routeGeneration, activeGate, canaryGate }: ReturnType<typeof planUp>) => ({
  routeGeneration,
  activeGate,
  canaryGate,
});

describe("the plan of an up", () => {
  it("replaces an unhealthy container without traffic, and reports one with traffic", () => {
    const now = seen("blue:0:off");
    const sick = now.containers.map((one) => ({ ...one, isUnhealthy: one.name.endsWith("-1") }));
    const plan = planUp(settingsFrom(MINIMAL), { ...now, containers: sick }, "now");
    const names = ["blue-1", "blue-2", "green-1", "green-2"];
    expect(names.map((name) => plan.containerGeneration(`blue-green-test-${name}`))).to.deep.equal([
      ...["g0", "g0", "now", "g0"],
    ]);
    expect(plan.warnings.map((text) => text.split(":")[0])).to.deep.equal([
      ...["blue-green-test-blue-1", "blue-green-test-green-1"],
    ]);
  });

  it("shows no testers a color without hosts", () => {
    const { activeColor, blue, green } = MINIMAL;
    const of = (count: number) =>
      wantedRoute(settingsFrom({ activeColor, blue, green: { ...green, count }, canary: {} }));
    expect([of(1).testers, of(0).testers]).to.deep.equal([true, false]);
  });

  it("keeps the machine's generations when nothing has to be done", () => {
    const plan = planUp(settingsFrom(MINIMAL), seen("blue:0:off"), "now");
    expect(tokens(plan)).to.deep.equal({
      routeGeneration: "r0",
      activeGate: "a0",
      canaryGate: "c0",
    });
    expect(plan.edgeGeneration("edge")).to.equal("e0");
    expect(plan.containerGeneration("blue-green-test-blue-1")).to.equal("g0");
    expect(plan.warnings).to.deep.equal([]);
  });

  it("sets the shared pool again when it differs from the last one or from the wanted one", () => {
    const plan = (hosts: readonly string[], generation?: string) => {
      const sharedPool = { hosts, ...(generation !== undefined && { generation }) };
      const observation = { ...seen("blue:0:off"), sharedPool };
      return planUp(settingsFrom(MINIMAL), observation, "now").membersGeneration;
    };
    const all = ["green-2", "green-1", "blue-1", "blue-2"];
    expect(plan(all, "m0")).to.equal("m0");
    expect(plan(all)).to.equal("now");
    expect(plan([...all, "blue-3"], "m0")).to.equal("now");
    expect(plan(all.slice(1), "m0")).to.equal("now");
  });

  it("runs the gate and sets the route on a first deploy", () => {
    const nothing: Observation = {
      manualCommands: edgeManualCommands("e"),
      balancer: { state: "absent" },
      edgeGenerations: {},
      containers: [],
      lostTrafficAt: {},
    };
    const plan = planUp(settingsFrom(MINIMAL), nothing, "now");
    expect(tokens(plan)).to.deep.equal({
      routeGeneration: "now",
      activeGate: "now",
      canaryGate: "now",
    });
    expect(plan.real).to.equal(undefined);
    expect(plan.edgeGeneration("edge")).to.equal("now");
  });

  it("runs the gate of the color that a switch activates", () => {
    const plan = planUp(
      settingsFrom({ ...MINIMAL, activeColor: "green" }),
      seen("blue:0:off"),
      "now",
    );
    expect(tokens(plan)).to.deep.equal({
      routeGeneration: "now",
      activeGate: "now",
      canaryGate: "c0",
    });
  });

  it("handles a color before its traffic leaves it, unless one of its hosts is dead", () => {
    const toGreen = settingsFrom({ ...MINIMAL, activeColor: "green" });
    const whole = seen("blue:0:off");
    expect(planUp(toGreen, whole, "now").idleFirst).to.equal(true);
    const maimed = [...containers("blue", 1), ...containers("green", 2)];
    const dead = containers("blue", 2, false).slice(1);
    const partly = { ...whole, containers: [...maimed, ...dead] };
    expect(planUp(toGreen, partly, "now").idleFirst).to.equal(false);
    expect(planUp(settingsFrom(MINIMAL), whole, "now").idleFirst).to.equal(false);
    const allowed = settingsFrom({ ...MINIMAL, activeColor: "green", allowLiveChange: true });
    expect(planUp(allowed, whole, "now").idleFirst).to.equal(false);
  });

  it("runs the gate again after an up that ended between gate and route", () => {
    // The engine recorded that up's gate as passed; the edge still has the previous record.
    const settings = settingsFrom({ ...MINIMAL, activeColor: "green" });
    expect(planUp(settings, seen("blue:0:off"), "later").activeGate).to.equal("later");
  });

  it("runs the canary's gate when its share grows, and not the active color's", () => {
    const settings = settingsFrom({ ...MINIMAL, canary: { weight: 50 } });
    for (const before of ["blue:0:off", "blue:0:on", "blue:50:on".replace("50", "49")]) {
      expect(tokens(planUp(settings, seen(before), "now")), before).to.deep.equal({
        routeGeneration: "now",
        activeGate: "a0",
        canaryGate: "now",
      });
    }
  });

  it("removes a canary without a gate, so that an unhealthy host cannot block it", () => {
    expect(tokens(planUp(settingsFrom(MINIMAL), seen("blue:500:on"), "now"))).to.deep.equal({
      routeGeneration: "now",
      activeGate: "a0",
      canaryGate: "c0",
    });
  });

  it("runs the gate when a canary becomes the active color", () => {
    const settings = settingsFrom({ ...MINIMAL, activeColor: "green" });
    expect(planUp(settings, seen("blue:500:on"), "now").activeGate).to.equal("now");
  });

  it("recreates a container that does not run, and an edge that is gone", () => {
    const dead = { ...seen("blue:0:off"), containers: containers("blue", 1, false) };
    expect(
      planUp(settingsFrom(MINIMAL), dead, "now").containerGeneration("blue-green-test-blue-1"),
    ).to.equal("now");
    const { record } = seen("blue:0:off").balancer;
    if (!record) throw new Error("no record");
    const rebuilt = {
      ...seen("blue:0:off"),
      balancer: { state: "stopped" as const, record },
      edgeGenerations: {},
    };
    const plan = planUp(settingsFrom(MINIMAL), rebuilt, "now");
    expect(plan.edgeGeneration("edge")).to.equal("now");
    expect(plan.warnings).to.have.length(1);
    expect(plan.real?.active).to.equal("blue");
  });

  it("runs no gate to rebuild a balancer with its previous route", () => {
    const { record } = seen("blue:0:off").balancer;
    if (!record) throw new Error("no record");
    const stopped = { ...seen("blue:0:off"), balancer: { state: "stopped" as const, record } };
    expect(planUp(settingsFrom(MINIMAL), stopped, "now").activeGate).to.equal("a0");
    const switched = settingsFrom({ ...MINIMAL, activeColor: "green" });
    expect(planUp(switched, stopped, "now").activeGate).to.equal("now");
  });

  it("leaves a dead host alone when its color loses the traffic", () => {
    const dead = {
      ...seen("blue:0:off"),
      containers: [...containers("blue", 2, false), ...containers("green", 2)],
    };
    const generation = (activeColor: string) =>
      planUp(settingsFrom({ ...MINIMAL, activeColor }), dead, "now").containerGeneration(
        "blue-green-test-blue-1",
      );
    expect(generation("green")).to.equal("g0");
    expect(generation("blue")).to.equal("now");
  });

  it("refuses to shrink a color in the up that moves its traffic away", () => {
    const config = { ...MINIMAL, activeColor: "green", blue: { image: "app:v1", count: 1 } };
    expect(() => planUp(settingsFrom(config), seen("blue:0:off"), "now")).to.throw(
      "blue.count: must stay 2 in the pulumi up that takes the traffic away from blue, got 1",
    );
    const without = { activeColor: "green", green: { image: "app:v2" } };
    expect(() => planUp(settingsFrom(without), seen("blue:0:off"), "now")).to.throw(
      "blue.count: must stay 2",
    );
  });

  it("shrinks a color that keeps its traffic, and one without traffic", () => {
    const one = { image: "app", count: 1 };
    planUp(settingsFrom({ ...MINIMAL, blue: one, green: one }), seen("blue:0:off"), "now");
  });

  describe("for a container of a process", () => {
    const NAME = "blue-green-test-blue-1-worker-1";
    const place = { color: "blue", hostName: "blue-1", containerName: NAME } as const;
    const found = (isRunning: boolean) => ({
      ...({ name: NAME, color: "blue", process: "worker", generation: "g1" } as const),
      ...{ isRunning, isRestarting: false },
    });
    const step = (active: Color, real: string, isRunning?: boolean, silentHosts: string[] = []) =>
      planUp(
        settingsFrom({ ...MINIMAL, activeColor: active }),
        {
          ...seen(real),
          silentHosts,
          ...(isRunning === undefined ? {} : { processes: [found(isRunning)] }),
        },
        "now",
      ).processStep(place);

    it("starts it in the color that takes the traffic, and only if it does not run", () => {
      expect(step("blue", "blue:0:off", true)).to.deep.equal({ runs: true, generation: "g1" });
      expect(step("blue", "blue:0:off", false)).to.deep.equal({ runs: true, generation: "now" });
      expect(step("blue", "green:0:off")).to.deep.equal({ runs: true, generation: "now" });
    });

    it("lets it rest in the other color, and stops it once in a switch", () => {
      expect(step("green", "blue:0:off", true)).to.deep.equal({ runs: false, generation: "rests" });
      expect(step("green", "green:0:off", false)).to.deep.equal({
        runs: false,
        generation: "rests",
      });
      expect(step("green", "green:0:off")).to.deep.equal({ runs: false, generation: "rests" });
    });

    it("stops it again where it should rest and works, or where that is unknown", () => {
      const again = { runs: false, generation: "now" };
      expect(step("green", "green:0:off", true)).to.deep.equal(again);
      expect(step("green", "green:0:off", undefined, ["blue-1"])).to.deep.equal(again);
    });

    it("keeps it at work while the other color is a canary", () => {
      expect(step("blue", "blue:50:on", true)).to.deep.equal({ runs: true, generation: "g1" });
    });
  });
});
