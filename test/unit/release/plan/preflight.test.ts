import { expect } from "chai";
import type { Observation } from "../../../../lib/observation.ts";
import {
  parseOverrides,
  preflightProblems,
  type Situation,
} from "../../../../release/plan/preflight.ts";
import { planRelease } from "../../../../release/plan/plan.ts";
import { previewProblems } from "../../../../release/run/previewProblems.ts";
import { configCommand, type ConfigChange } from "../../../../release/plan/releasePlan.ts";
import { MINIMAL, settingsFrom } from "../../../helpers/settings.ts";

const ID = `sha256:${"1".repeat(64)}`;

function situation(more: Partial<Situation> = {}, real = "blue:0:off"): Situation {
  const container = (index: number) => ({
    name: `blue-${index}`,
    color: "blue" as const,
    isRunning: true,
    generation: "",
  });
  const seen = {
    balancer: { state: "running", real },
    containers: [container(1), container(2)],
  } as unknown as Observation;
  return {
    settings: settingsFrom(MINIMAL),
    seen,
    outputs: {},
    pendingOperations: [],
    liveProblem: "",
    sourceProblem: "",
    now: new Date("2026-11-21T12:00:00Z"),
    ...more,
  };
}

const frozen = settingsFrom({
  ...MINIMAL,
  release: { windows: [{ from: "2026-11-20", to: "2026-11-22" }] },
});

describe("the preflight of a release", () => {
  it("accepts a stack that matches its config", () => {
    expect(preflightProblems(situation(), { image: "app:v3" }, {})).to.deep.equal([]);
  });

  it("accepts an image that is already on the idle color", () => {
    expect(preflightProblems(situation(), { image: "app:v2" }, {})).to.deep.equal([]);
  });

  const refusals: readonly (readonly [string, Situation, string, RegExp])[] = [
    [
      "a route that differs from the config",
      situation({}, "green:0:off"),
      "app:v3",
      /green instead of blue/,
    ],
    [
      "a stack file that is older than the last update",
      situation({ outputs: { activeColor: "green" } }, "green:0:off"),
      "app:v3",
      /activeColor is blue in this stack file, and was green in the last update.*refresh-config/,
    ],
    ["a balancer without a route", situation({}, "none"), "app:v3", /"none" instead of blue/],
    ["the image that is live", situation(), "app:v1", /blue is already live with app:v1/],
    [
      "a live color that fails",
      situation({ liveProblem: "3 of 9 requests failed" }),
      "app:v3",
      /blue is live and fails: 3 of 9 requests failed.*--override live-health=/,
    ],
    [
      "a source of measurements that does not answer",
      situation({ sourceProblem: "Prometheus at http://p:9090: fetch failed" }),
      "app:v3",
      /release\.source: edge can't be read: Prometheus at http:\/\/p:9090/,
    ],
    [
      "operations that were interrupted",
      situation({ pendingOperations: ["urn:pulumi:t::p::command:local:Command::green-1"] }),
      "app:v3",
      /interrupted while it worked on green-1.*--override pending-operations=/,
    ],
    [
      "a freeze window",
      situation({ settings: frozen }),
      "app:v3",
      /no release from 2026-11-20 to 2026-11-22 \(UTC\).*--override freeze=/,
    ],
  ];
  for (const [what, at, image, message] of refusals) {
    it(`refuses ${what}`, () => {
      const problems = preflightProblems(at, { image }, {});
      expect(problems).to.have.length(1);
      expect(problems[0]).to.match(message);
    });
  }

  it("accepts a tag that is live if it was pushed again with other bytes", () => {
    const digests = { blue: ID, green: `sha256:${"2".repeat(64)}` };
    expect(preflightProblems(situation(), { image: "app:v1", digests }, {})).to.deep.equal([]);
  });

  it("refuses the bytes that are live under the same tag", () => {
    const plan = { image: `app:v1@${ID}`, digests: { blue: ID, green: ID } };
    const [problem] = preflightProblems(situation(), plan, {});
    expect(problem).to.include(`blue is already live with app:v1@sha256:${"1".repeat(12)}`);
  });

  it("refuses what the engine's preview of any step refuses, once", async () => {
    const plan = planRelease(
      settingsFrom({ ...MINIMAL, release: { steps: ["5%", "25%"], watchSeconds: 0 } }),
      { id: "1", stack: "prod", image: "app:v3" },
    );
    const previewed: string[] = [];
    const engine = {
      preview: (changes: readonly ConfigChange[]) => {
        previewed.push(changes.map(configCommand).join("; "));
        return Promise.reject(new Error("blue takes traffic, so app.port can't change"));
      },
    };
    expect(await previewProblems(engine, plan)).to.deep.equal([
      "deploy: blue takes traffic, so app.port can't change",
    ]);
    // The second canary differs from the first in its weight alone.
    expect(previewed).to.have.length(3);
    expect(previewed[1]).to.include("canary.weight 5");
  });

  it("refuses a release whose first up would change a service, or the machine of all", async () => {
    const plan = planRelease(settingsFrom(MINIMAL), { id: "1", stack: "prod", image: "app:v3" });
    const names = [
      "gate",
      "service-db",
      "service-db-image",
      "services-host-ready",
      "services-host",
    ];
    const previewing = (changed: readonly string[]) =>
      previewProblems(
        {
          preview(_config, report) {
            for (const name of changed) {
              report?.({ event: "resource", action: "updated", name, type: "a", seconds: 0 });
            }
            return Promise.resolve();
          },
        },
        plan,
      );
    expect(await previewing(names)).to.deep.equal([
      "deploy: a release changes no service, but services.db and the machine of the services differ from what runs. Change that first: pulumi up",
    ]);
    expect(await previewing(["gate", "services-host-ready"])).to.deep.equal([]);
  });

  it("refuses a stack whose active color lacks a container", () => {
    const { seen, ...rest } = situation();
    const [problem] = preflightProblems(
      { ...rest, seen: { ...seen, containers: seen.containers.slice(1) } },
      { image: "app:v3" },
      {},
    );
    expect(problem).to.include("only 1 of its 2 containers run");
  });

  it("accepts an override with a reason", () => {
    const overrides = parseOverrides(["freeze=fixes the outage"]);
    expect(
      preflightProblems(situation({ settings: frozen }), { image: "app:v3" }, overrides),
    ).to.deep.equal([]);
  });

  for (const word of ["freeze", "freeze=", "freeze= ", "route=because", "=x"]) {
    it(`refuses the override "${word}"`, () => {
      expect(() => parseOverrides([word])).to.throw("--override: must be CHECK=REASON");
    });
  }
});
