import { expect } from "chai";
import { type SeenEdge, seenEdges } from "../../../../components/edge/mergeEdges.ts";
import type { EdgeAnswer } from "../../../../lib/observation.ts";
import { parseRoute } from "../../../../lib/route.ts";
import { decideRoute } from "../../../../lib/routeDecision.ts";

const BLUE = "blue:0:off";
const GREEN = "green:0:off";

function running(real: string, record?: Partial<EdgeAnswer["record"]>): EdgeAnswer {
  return {
    state: "running",
    containerGeneration: "g1",
    real,
    ...(record && { record: { route: real, generation: "r1", ...record } }),
    lostTrafficAt: {},
  };
}

const SILENT = { problem: "edge-2 (192.0.2.1): Timed out" };
const ABSENT: EdgeAnswer = { state: "absent", lostTrafficAt: {} };

function decision(answers: readonly SeenEdge["answer"][], wanted: string) {
  const edges = answers.map((answer, at) => ({ host: `edge-${at + 1}`, answer }));
  const route = parseRoute(wanted);
  if (!route) throw new Error(`no route ${wanted}`);
  return decideRoute(seenEdges(edges).balancer, route);
}

describe("several edges merged into one", () => {
  it("keep their route when all have it", () => {
    const both = [running(BLUE, {}), running(BLUE, {})];
    expect(decision(both, BLUE)).to.deep.equal({ kind: "keep", generation: "r1" });
    expect(decision(both, GREEN).kind).to.equal("change");
  });

  it("get the route again when one is new or must be recreated", () => {
    expect(decision([running(BLUE, {}), running("none")], BLUE).kind).to.equal("change");
    expect(decision([running(BLUE, {}), ABSENT], BLUE).kind).to.equal("change");
  });

  it("get the route again when their generations differ", () => {
    const answers = [running(BLUE, {}), running(BLUE, { generation: "r2" })];
    expect(decision(answers, BLUE).kind).to.equal("change");
  });

  it("continue or revert a switch that was interrupted between two of them", () => {
    const answers = [running(GREEN, { previous: BLUE }), running(BLUE, {})];
    expect(decision(answers, GREEN).kind).to.equal("change");
    expect(decision(answers, BLUE).kind).to.equal("change");
    const { balancer: edge } = seenEdges(answers.map((answer) => ({ host: "e", answer })));
    expect(edge.real).to.equal("green:500:off");
  });

  it("get the route again when one has ended a grant, or keeps one that the other has not", () => {
    const grant = { route: GREEN, fallback: BLUE, until: 0 };
    const ended: EdgeAnswer = { ...running(BLUE, { route: GREEN }), grant };
    const lasting: EdgeAnswer = { ...running(GREEN, {}), grant };
    for (const wanted of [BLUE, GREEN]) {
      expect(decision([ended, lasting], wanted).kind).to.equal("change");
      expect(decision([ended, ended], wanted).kind).to.equal("change");
    }
    expect(decision([lasting, lasting], GREEN).kind).to.equal("keep");
    expect(decision([lasting, running(GREEN, {})], GREEN).kind).to.equal("change");
    const seen = seenEdges([ended, lasting].map((answer, at) => ({ host: `e-${at}`, answer })));
    expect(seen.warnings).to.have.length(1);
    expect(seen.warnings[0]).to.match(/^e-0: The release fell silent/);
  });

  it("take the larger of two canary weights", () => {
    const answers = [running("blue:50:on", {}), running("blue:250:on", { previous: "blue:50:on" })];
    const { balancer: edge } = seenEdges(answers.map((answer) => ({ host: "e", answer })));
    expect(edge.real).to.equal("blue:250:on");
  });

  it("stop an up when one of them was changed outside Pulumi", () => {
    const answers = [running(BLUE, {}), running(GREEN, { route: BLUE })];
    expect(decision(answers, "blue:100:off")).to.deep.equal({
      kind: "drift",
      real: GREEN,
      recorded: BLUE,
    });
  });

  it("keep their route when one does not answer", () => {
    const edges: SeenEdge[] = [
      { host: "edge-1", answer: running(BLUE, {}) },
      { host: "edge-2", answer: SILENT },
    ];
    expect(
      decision(
        edges.map(({ answer }) => answer),
        BLUE,
      ).kind,
    ).to.equal("keep");
    expect(seenEdges(edges).edgeGenerations).to.deep.equal({ "edge-1": "g1" });
  });

  it("stop an up when none reports its route", () => {
    expect(decision([SILENT, ABSENT], BLUE).kind).to.equal("silent");
    expect(decision([{ state: "running", lostTrafficAt: {} }], BLUE).kind).to.equal("silent");
  });

  it("are created when there are none, and recreated from their record", () => {
    expect(decision([ABSENT, ABSENT], BLUE)).to.deep.equal({ kind: "change" });
    const stopped: EdgeAnswer = {
      state: "stopped",
      record: { route: BLUE, generation: "r1" },
      lostTrafficAt: {},
    };
    expect(decision([stopped], BLUE)).to.have.property("warning");
  });

  it("report the last time at which any of them took traffic away", () => {
    const answers = [
      { ...running(BLUE, {}), lostTrafficAt: { green: 5 } },
      { ...running(BLUE, {}), lostTrafficAt: { green: 9 } },
    ];
    const { lostTrafficAt } = seenEdges(answers.map((answer) => ({ host: "e", answer })));
    expect(lostTrafficAt).to.deep.equal({ green: 9 });
  });
});
