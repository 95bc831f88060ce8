import { expect } from "chai";
import { planRelease } from "../../../../release/plan/plan.ts";
import { jsonReport, textReport } from "../../../../release/output/reports.ts";
import { Screen } from "../../../../release/output/screen.ts";
import { MINIMAL, settingsFrom } from "../../../helpers/settings.ts";
import type { ReleaseEvent } from "../../../../release/run/events.ts";

const EVENTS: readonly ReleaseEvent[] = [
  { event: "began", step: "switch", title: "green gets all traffic" },
  { event: "command", command: "pulumi up" },
  { event: "output", of: "pulumi", line: "@ updating..." },
  {
    event: "resource",
    action: "updated",
    name: "edge-route",
    type: "command:local:Command",
    seconds: 0.17,
  },
  { event: "info", text: "blue lost its traffic a moment ago" },
  { event: "output", of: "hook", line: "from the hook" },
  { event: "warning", text: "first\nsecond" },
  { event: "going-back", reason: "green fails" },
];

describe("the report of a release", () => {
  it("counts the steps of the plan", () => {
    let text = "";
    const report = textReport(new Screen({ write: (more: string) => (text += more) }, {}), false);
    const settings = settingsFrom({ ...MINIMAL, release: { steps: ["5%"] } });
    report({
      event: "plan",
      plan: planRelease(settings, { id: "1", stack: "prod", image: "app:2" }),
    });
    for (const step of ["deploy", "canary-5", "watch", "other"]) {
      report({ event: "began", step, title: "title" });
    }
    for (const [step, at] of [
      ["deploy", 1],
      ["canary-5", 2],
      ["watch", 4],
    ] as const) {
      expect(text).to.include(`\n${step}: title (step ${at} of 4)\n`);
    }
    expect(text).to.include("\nother: title\n");
  });

  it("shows on a terminal how long the engine has been working, and in no log", async () => {
    for (const isTTY of [true, false]) {
      let text = "";
      const output = { isTTY, columns: 80, write: (more: string) => (text += more) };
      const report = textReport(new Screen(output, { NO_COLOR: "1" }), isTTY);
      report({ event: "command", command: "pulumi up" });
      await new Promise((resolve) => setTimeout(resolve, 2500));
      report({ event: "ended", step: "deploy", seconds: 2.5, note: "deployed" });
      const shown = [...text.matchAll(/pulumi up: (\d[\d.]*s)/g)].map(([, time]) => time);
      if (isTTY) expect(shown.length).to.be.at.least(1);
      else expect(shown).to.deep.equal([]);
      const before = text;
      await new Promise((resolve) => setTimeout(resolve, 1500));
      expect(text, "the line ends with the step").to.equal(before);
    }
  }).timeout(20_000);

  it("shows each step, its commands and the engine's changes as text", () => {
    let text = "";
    const screen = new Screen({ write: (more: string) => (text += more) }, {});
    const report = textReport(screen, false);
    EVENTS.forEach(report);
    expect(text.split("\n")).to.deep.equal([
      "",
      "switch: green gets all traffic",
      "   $ pulumi up",
      "     ~ updated edge-route   0.17s  the route: which color takes traffic",
      "     blue lost its traffic a moment ago",
      "     from the hook",
      "   warning  first",
      "   second",
      "",
      "rolling back: green fails",
      "",
    ]);
  });

  it("prints all events as JSON with their times, without repeating a verdict", () => {
    const lines: string[] = [];
    const report = jsonReport({ write: (line: string) => lines.push(line) });
    const verdict = { outcome: "PASS", reason: "", numbers: {} } as const;
    const judged = { event: "verdict", step: "watch", verdict } as const;
    for (const event of [...EVENTS, judged, judged]) report(event);
    const printed = lines.map((line) => JSON.parse(line) as { at?: string });
    for (const { at = "" } of printed) expect(Date.parse(at)).to.be.above(0);
    for (const event of printed) delete event.at;
    expect(printed).to.deep.equal([...EVENTS, judged]);
  });
});
