import { expect } from "chai";
import { colorDifferences } from "../../../../release/plan/colorDifferences.ts";
import { planRelease } from "../../../../release/plan/plan.ts";
import type { ConfigChange, ReleasePlan } from "../../../../release/plan/releasePlan.ts";
import { describePlan } from "../../../../release/output/describe.ts";
import { MINIMAL, settingsFrom } from "../../../helpers/settings.ts";

type Config = Readonly<Record<string, unknown>>;

const ASKED = { id: "1", stack: "prod", image: "app:v3" };

function planOf(config: Config): ReleasePlan {
  return planRelease(settingsFrom({ ...MINIMAL, ...config }), ASKED);
}

function names({ steps }: ReleasePlan): string[] {
  return steps.map(({ name }) => name);
}

/** How `pulumi config set --path` writes a config. */
function changed(config: Config, changes: readonly ConfigChange[]): Config {
  const next = structuredClone(config) as Record<string, unknown>;
  for (const { key, value } of changes) {
    const [group = "", name] = key.split(".");
    if (value === undefined && name === undefined) delete next[group];
    else if (name === undefined) next[group] = value;
    else {
      const inner = { ...(next[group] as Record<string, unknown> | undefined), [name]: value };
      if (value === undefined) delete inner[name];
      next[group] = inner;
    }
  }
  return next;
}

describe("the plan of a release", () => {
  it("is deploy, switch and watch by default", () => {
    const plan = planOf({});
    expect(names(plan)).to.deep.equal(["deploy", "switch", "watch"]);
    expect(plan).to.include({ from: "blue", to: "green", liveImage: "app:v1", kind: "release" });
  });

  it("has the configured steps in order, with the approval before the switch", () => {
    const release = { steps: ["testers", "1%", "25%"], approval: true };
    expect(names(planOf({ release }))).to.deep.equal([
      ...["deploy", "testers", "canary-1", "canary-25", "approval", "switch", "watch"],
    ]);
  });

  it("restores a shrunk color to the size of the active one", () => {
    const [deploy] = planOf({
      blue: { image: "app:v1", count: 4 },
      green: { image: "app:v0", count: 1 },
    }).steps;
    expect(deploy?.config).to.deep.equal([
      { key: "green.image", value: "app:v3" },
      { key: "green.count", value: "4" },
    ]);
    expect(deploy?.undo).to.deep.equal([
      { key: "green.image", value: "app:v0" },
      { key: "green.count", value: "1" },
    ]);
  });

  it("gives a kept color the settings of now with the new image, and keeps the old version's", () => {
    const kept = planOf({ green: { image: "app:v0", count: 2, keep: true } });
    const of = (name: string) => kept.steps.find((step) => step.name === name);
    expect(of("deploy")?.config).to.deep.include({ key: "green.keep" });
    expect(of("deploy")?.undo).to.deep.include({ key: "green.keep", value: "true" });
    expect(of("switch")?.config).to.deep.include({ key: "blue.keep", value: "true" });
    expect(of("switch")?.undo).to.deep.include({ key: "blue.keep" });
  });

  it("names the settings that change, and what only one color has", () => {
    const settings = settingsFrom({
      ...MINIMAL,
      blue: { image: "app:v1", env: { A: "1", B: "2", C: "3" } },
      green: { image: "app:v0", env: { B: "3", C: "3" }, app: { memoryMb: 64 } },
    });
    const plan = planRelease(settings, { ...ASKED, changes: ["app.memoryMb 128 -> 64"] });
    expect(describePlan(plan)).to.include("with other settings: app.memoryMb 128 -> 64");
    expect(colorDifferences(settings, plan)).to.deep.equal([
      "The colors differ: blue.env.A is not set for green, blue.env.B and green.env.B differ, " +
        "green.app.memoryMb is not set for blue. What both versions need belongs to app.env.A, " +
        "app.env.B, app.memoryMb",
    ]);
    expect(colorDifferences(settingsFrom(MINIMAL), plan)).to.deep.equal([]);
  });

  it("removes a color that the deploy created", () => {
    const settings = settingsFrom({ activeColor: "blue", blue: { image: "app:v1" } });
    const [deploy] = planRelease(settings, ASKED).steps;
    expect(deploy?.undo).to.deep.equal([{ key: "green" }]);
  });

  it("retires the old color unless it is kept warm", () => {
    const cold = { idleCount: 1, keepWarmMinutes: 0 };
    expect(names(planOf({ release: cold })).at(-1)).to.equal("retire");
    expect(names(planOf({ release: { idleCount: 1 } }))).not.to.include("retire");
    expect(names(planOf({ release: { ...cold, idleCount: 2 } }))).not.to.include("retire");
  });

  it("shows the commands of each step and how to undo it", () => {
    expect(describePlan(planOf({ release: { steps: ["5%"] } })).slice(6, 15)).to.deep.equal([
      "  2. canary-5     green passes its gate and gets 5 %, for 60 s and 100 requests of green",
      "      $ pulumi config set --path canary.weight 5",
      "      $ pulumi up",
      "      undo: all users get blue (pulumi config rm canary)",
      "  3. switch       green passes its gate and gets all traffic",
      "      $ pulumi config set activeColor green",
      "      $ pulumi config set --path blue.keep true",
      "      $ pulumi config rm canary",
      "      $ pulumi up",
    ]);
  });

  const releases = [
    {},
    { steps: ["testers"] },
    { steps: ["1%", "50%"], approval: true },
    { steps: ["5%"], idleCount: 1, keepWarmMinutes: 0 },
    { idleCount: 0, keepWarmMinutes: 0 },
  ];
  const grounds: readonly Config[] = [
    { ...MINIMAL },
    { ...MINIMAL, canary: { weight: 0, header: "x-beta" } },
    { ...MINIMAL, activeColor: "green", green: { image: "app:v2", count: 3 } },
    { activeColor: "blue", blue: { image: "app:v1", count: 1 } },
  ];
  for (const release of releases) {
    for (const [at, context] of grounds.entries()) {
      const title = `${JSON.stringify(release)} on context ${at}`;

      it(`keeps the config valid after every step (${title})`, () => {
        const config = { ...context, release };
        const plan = planRelease(settingsFrom(config), ASKED);
        let now: Config = config;
        for (const step of plan.steps) {
          now = changed(now, step.config);
          settingsFrom(now);
        }
        const after = settingsFrom(now);
        expect(after.activeColor).to.equal(plan.to);
        expect(after.pools[plan.to]?.image).to.equal("app:v3");
        expect(after.canary).to.deep.equal(settingsFrom(config).canary);
      });

      it(`restores the traffic from every step (${title})`, () => {
        const config = { ...context, release };
        const before = settingsFrom(config);
        const plan = planRelease(before, ASKED);
        let now: Config = config;
        for (const step of plan.steps.filter(({ kind }) => kind !== "retire")) {
          now = changed(now, step.config);
          const back = settingsFrom(changed(now, step.undo));
          expect(back.activeColor, step.name).to.equal(before.activeColor);
          expect(back.canary, step.name).to.deep.equal(before.canary);
          expect(back.pools[before.activeColor], step.name).to.deep.equal(
            before.pools[before.activeColor],
          );
        }
      });
    }
  }
});
