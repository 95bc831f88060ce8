import { expect } from "chai";
import { jsonReport, textReport } from "../../../../release/output/reports.ts";
import { Screen } from "../../../../release/output/screen.ts";
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
