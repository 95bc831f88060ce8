import { expect } from "chai";
import { parseContainerLine, parseEdgeAnswer } from "../../../lib/observation.ts";

describe("the answer of a machine", () => {
  it("contains the edge's real and recorded route", () => {
    const answer = parseEdgeAnswer(
      "state=running\ncontainer_generation=g1\nimage=blue-green-edge:2.6\nreal=blue:0:off\nnow=1000\nroute=green:0:off\ngeneration=2026-01-01T00:00:00Z\nactive_gate=a\ncanary_gate=\nblue_lost_at=\ngreen_lost_at=990\nprevious=blue:0:off\n",
      1_000_000,
    );
    expect(answer).to.deep.equal({
      state: "running",
      containerGeneration: "g1",
      image: "blue-green-edge:2.6",
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

  it("contains the containers of a color and ignores others", () => {
    expect(parseContainerLine("p-s-blue-1\trunning\tblue\tg1")).to.deep.equal({
      name: "p-s-blue-1",
      color: "blue",
      isRunning: true,
      generation: "g1",
    });
    const sick = '/p-s-blue-1\trunning\tblue\tg1\tunhealthy\t3\t{"image":"app:v1"}';
    expect(parseContainerLine(sick)).to.deep.include({
      ...{ name: "p-s-blue-1", isUnhealthy: true, restarts: 3, settings: '{"image":"app:v1"}' },
    });
    const stopped = parseContainerLine("/p-s-blue-1\texited\tblue\tg1\tunhealthy\t0\t");
    expect(stopped).not.to.have.any.keys("isUnhealthy", "restarts", "settings");
    expect(parseContainerLine("p-s-blue-1\texited\tblue\tg1")?.isRunning).to.equal(false);
    expect(parseContainerLine("p-s-edge\trunning\t\tg1")).to.equal(undefined);
  });
});
