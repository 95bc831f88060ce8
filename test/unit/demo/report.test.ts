import { expect } from "chai";
import { liveLine } from "../../../demo/liveLine.ts";
import { type Output, Screen } from "../../../release/output/screen.ts";
import { type Measured, table } from "../../../demo/table.ts";
import type { Meanings } from "../../../release/output/describe.ts";
import { isMinorChange, isRouteStart, previewLines, shortLine } from "../../../demo/upLines.ts";

const MEASURED: Measured = {
  requests: 4286,
  failed: 0,
  p50: 3.14,
  p99: 17.6,
  switchMs: 158.2,
  upMs: 3600,
  longestGap: 1204.4,
  stale: 0,
};

describe("the demo's table", () => {
  it("has a column for each switch", () => {
    const unseen: { -readonly [K in keyof Measured]: Measured[K] } = { ...MEASURED, failed: 2 };
    delete unseen.switchMs;
    expect(table({ switch: MEASURED, "roll back": unseen })).to.deep.equal([
      "                               switch   roll back",
      "--------------------------   --------   ---------",
      "requests                        4,286       4,286",
      "failed requests                     0           2",
      "old color after the switch          0           0",
      "answer time p50                3.1 ms      3.1 ms",
      "answer time p99                 18 ms       18 ms",
      "longest gap                  1,204 ms    1,204 ms",
      "switch time                    158 ms    not seen",
      "pulumi up                        3.6s        3.6s",
    ]);
  });
});

describe("the demo's live line", () => {
  it("shows requests sent, requests failed and the color", () => {
    const line = liveLine({ elapsedMs: 4210, sent: 1204, failed: 0, color: "blue" });
    expect(line).to.equal("    4.2 s    1,204 requests sent   0 failed   color blue");
    expect(liveLine({ elapsedMs: 0, sent: 3, failed: 3 })).to.match(/3 failed {3}color none yet/);
  });
});

describe("the demo's screen", () => {
  function screenOn(terminal: Partial<Output>, environment = {}) {
    let text = "";
    const write = (more: string) => (text += more);
    return { screen: new Screen({ ...terminal, write }, environment), text: () => text };
  }

  it("updates one line in place on a terminal, and keeps it below other output", () => {
    const { screen, text } = screenOn({ isTTY: true, columns: 10 });
    screen.live("0123456789abc");
    screen.print("news");
    screen.endLive("end");
    const draw = "\r\x1b[K012345678";
    expect(text()).to.equal(`${draw}\r\x1b[Knews\n${draw}\r\x1b[Kend\n`);
  });

  it("prints plain lines to a pipe at a limited rate", () => {
    const { screen, text } = screenOn({});
    for (let now = 0; now < 4000; now += 100) screen.live(`at ${now}`, now);
    expect(text()).to.equal("at 0\nat 2000\n");
  });

  it("uses no color in a pipe or with NO_COLOR", () => {
    expect(screenOn({ isTTY: true }).screen.color("green")).to.contain("\x1b[32m");
    expect(screenOn({ isTTY: true }, { NO_COLOR: "1" }).screen.color("green")).to.equal("green");
    expect(screenOn({}).screen.color("green")).to.equal("green");
  });
});

describe("the summary of pulumi's output", () => {
  it("contains changes to real resources, and warnings", () => {
    const cases: Record<string, string | undefined> = {
      " +  command:local:Command blue-1 created (2s) ": "+ created blue-1          2s  container",
      " ~  command:local:Command edge-route updated (0.12s) [diff: ~create]":
        "~ updated edge-route   0.12s  the route: which color takes traffic",
      " ~  command:remote:Command balancer-route updated (2s)":
        "~ updated balancer-route    2s  the route: which color takes traffic",
      " +  command:local:Command blue-1 creating (0s) ": undefined,
      " +  blue-green:app:AppContainer blue-1 created (2s) ": undefined,
      "@ updating....": undefined,
      "    warning: urn:pulumi:x verification warning: Deprecated Resource: Support for neutron-lbaas will be removed. Make sure to use Octavia":
        undefined,
      "    warning: the balancer's container is gone": "warning: the balancer's container is gone",
    };
    for (const [line, short] of Object.entries(cases)) expect(shortLine(line)).to.equal(short);
  });

  it("counts changes of no interest to the reader as minor", () => {
    const meanings: Meanings = [[/^blue-1$/, "container"]];
    const isMinor = (line: string) => isMinorChange(line, meanings);
    expect(isMinor(" +  digitalocean:index:Tag network-tag-live created (0.1s) ")).to.equal(true);
    expect(isMinor(" +  command:remote:Command blue-1 created (2s) ")).to.equal(false);
    expect(isMinor("    warning: the balancer's container is gone")).to.equal(false);
  });

  it("detects when the route begins to change", () => {
    expect(isRouteStart(" ~  command:local:Command edge-route updating (0s)")).to.equal(true);
    expect(isRouteStart(" ~  command:local:Command edge-route updated (0.1s)")).to.equal(false);
    expect(isRouteStart(" ~  command:local:Command balancer-route updating (0s)")).to.equal(true);
    expect(isRouteStart(" ~  command:local:Command edge updating (0s)")).to.equal(false);
  });

  it("omits dots and empty lines from a preview", () => {
    const output =
      "Previewing update (blue):\n\n@ previewing update.....\n ~  command:local:Command gate update\n";
    expect(previewLines(output)).to.deep.equal([
      "Previewing update (blue):",
      " ~  command:local:Command gate update",
    ]);
  });
});
