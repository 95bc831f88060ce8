import { expect } from "chai";
import { describePlan } from "../../../../release/output/describe.ts";
import { judgementLines } from "../../../../release/plan/judgement.ts";
import { planRelease } from "../../../../release/plan/plan.ts";
import type { Settings } from "../../../../settings/types.ts";
import { MINIMAL, settingsFrom } from "../../../helpers/settings.ts";

const settings = (release: object = {}): Settings => settingsFrom({ ...MINIMAL, release });
const prometheus = {
  url: "http://127.0.0.1:9090",
  requests: 'sum(requests{color="{{color}}"})',
  errors: 'sum(errors{color="{{color}}"})',
};

describe("what a release is judged by", () => {
  it("is said in its plan: users, behind an edge", () => {
    const plan = planRelease(settings(), { id: "1", stack: "prod", image: "app:v3" });
    expect(describePlan(plan)).to.include("judged by all requests of users, and by their times");
    expect(describePlan(plan).join("\n")).not.to.include("not judged");
  });

  it("leaves users out behind a managed balancer, which the plan says", () => {
    const managed = { ...settings({ source: "probe" }), balancer: "managed" } as const;
    const [by, not] = judgementLines(managed);
    expect(by).to.equal(
      "judged by the probe alone: 5 requests a second to /health, and their times",
    );
    expect(not).to.match(
      /^not judged: what users get, their times, 4xx, redirects and .*balancer: edge does/,
    );
  });

  it("has times with Prometheus only where there is a query for them", () => {
    const without = settings({ source: "prometheus", prometheus });
    expect(judgementLines(without)[1]).to.include(
      "not judged: times (release.prometheus.latency), 4xx",
    );
    const latency = 'sum by (le) (times_bucket{color="{{color}}"})';
    const lines = judgementLines(
      settings({ source: "prometheus", prometheus: { ...prometheus, latency } }),
    );
    expect(lines[0]).to.match(/, and its times$/);
    expect(lines[1]).to.match(/^not judged: 4xx/);
  });
});
