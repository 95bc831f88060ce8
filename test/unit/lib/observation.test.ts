import { expect } from "chai";
import { parseContainers, parseEdgeAnswer } from "../../../lib/observation.ts";

describe("the answer of a machine", () => {
  it("contains the edge's real and recorded route", () => {
    const answer = parseEdgeAnswer(
      "state=running\ncontainer_generation=g1\nimage=blue-green-edge:2.6\nhaproxy=2.6.12-1+deb12u4\nreal=blue:0:off\nnow=1000\nroute=green:0:off\ngeneration=2026-01-01T00:00:00Z\nactive_gate=a\ncanary_gate=\nblue_lost_at=\ngreen_lost_at=990\nprevious=blue:0:off\n",
      1_000_000,
    );
    expect(answer).to.deep.equal({
      state: "running",
      containerGeneration: "g1",
      edge: { image: "blue-green-edge:2.6", haproxy: "2.6.12-1+deb12u4" },
      real: "blue:0:off",
      record: {
        route: "green:0:off",
        previous: "blue:0:off",
        generation: "2026-01-01T00:00:00Z",
        activeGate: "a",
        canaryGate: "",
      },
      lostTrafficAt: { green: 990_000 },
    });
  });

  it("contains the route's generation under the name that earlier versions wrote", () => {
    const { record } = parseEdgeAnswer("route=blue:0:off\nrevision=r1\n", 0);
    expect(record?.generation).to.equal("r1");
  });

  it("is converted to this program's clock", () => {
    const { lostTrafficAt } = parseEdgeAnswer("now=1000\nblue_lost_at=990\n", 5_000_000);
    expect(lostTrafficAt).to.deep.equal({ blue: 4_990_000 });
  });

  it("contains a grant, with its end by this program's clock", () => {
    const { grant, real } = parseEdgeAnswer(
      "state=running\nreal=blue:0:off\ngranted=blue:250:on\nfallback=blue:0:off\nuntil=990\nnow=1000\n" +
        "route=blue:250:on\ngeneration=g1\ngreen_lost_at=\ngreen_lost_at=990\n",
      5_000_000,
    );
    expect(real).to.equal("blue:0:off");
    expect(grant).to.deep.equal({
      route: "blue:250:on",
      fallback: "blue:0:off",
      until: 4_990_000,
    });
  });

  it("may be empty", () => {
    expect(parseEdgeAnswer("", 0)).to.deep.equal({ state: "absent", lostTrafficAt: {} });
  });

  it("contains the web containers of both colors, and their processes", () => {
    const lines = [
      "p-s-blue-1\trunning\tblue\tg1",
      "/p-s-blue-2\trunning\tblue\tg1\tunhealthy\t0\tweb",
      "/p-s-green-1\texited\tgreen\tg2\t\t0\tweb",
      "/p-s-green-1-worker-1\trestarting\tgreen\tg2\t\t0\tworker",
      "/p-s-single-beat\texited\tblue\tg2\t\t0\tbeat",
      "p-s-edge\trunning\t\tg1",
    ];
    expect(parseContainers(lines.join("\n"))).to.deep.equal({
      services: [],
      containers: [
        { name: "p-s-blue-1", color: "blue", isRunning: true, generation: "g1" },
        { name: "p-s-blue-2", color: "blue", isRunning: true, generation: "g1", isUnhealthy: true },
        { name: "p-s-green-1", color: "green", isRunning: false, generation: "g2" },
      ],
      processes: [
        {
          ...{ name: "p-s-green-1-worker-1", color: "green", process: "worker", generation: "g2" },
          ...{ isRunning: true, isRestarting: true },
        },
        {
          ...{ name: "p-s-single-beat", color: "blue", process: "beat", generation: "g2" },
          ...{ isRunning: false, isRestarting: false },
        },
      ],
    });
    const sick = '/p-s-blue-1\trunning\tblue\tg1\tunhealthy\t3\tweb\t{"image":"app:v1"}';
    expect(parseContainers(sick).containers[0]).to.deep.include({
      ...{ name: "p-s-blue-1", isUnhealthy: true, restarts: 3, settings: '{"image":"app:v1"}' },
    });
    const stopped = parseContainers("/p-s-blue-1\texited\tblue\tg1\tunhealthy\t0\t\t");
    expect(stopped.containers[0]).not.to.have.any.keys("isUnhealthy", "restarts", "settings");
  });
});
