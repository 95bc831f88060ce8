import { expect } from "chai";
import type { Cloud } from "../../../demo/cloud/cloud.ts";
import { DIGITALOCEAN } from "../../../demo/cloud/digitalocean.ts";
import { OVH } from "../../../demo/cloud/ovh.ts";
import { cloudEnding, introduction } from "../../../demo/cloud/texts.ts";
import type { SwitchResult } from "../../../demo/traffic.ts";
import type { Violation } from "../../../dev/emulators/http/callLog.ts";
import type { Failure } from "../../../load/index.ts";
import { Screen } from "../../../release/output/screen.ts";

const CUT: Failure = { kind: "keepAlive", reason: "reset", startedAt: 0, endedAt: 1 };

function result(...failures: Failure[]): SwitchResult {
  const times = { p50: 3, p99: 18, upMs: 9000, longestGap: 60, switchMs: 140 };
  return { requests: 1000, failed: failures.length, stale: 0, failures, ...times };
}

/** What the last page says, and whether it reports success. */
function ending(cloud: Cloud, results: Record<string, SwitchResult>, ...violations: Violation[]) {
  let text = "";
  const screen = new Screen({ write: (more: string) => (text += more) }, {});
  return { isGood: cloudEnding(cloud, results, violations, screen), text };
}

describe("the end of the demo in a cloud", () => {
  it("is a success when no request failed", () => {
    const { isGood, text } = ending(DIGITALOCEAN, { "managed: switch": result() });
    expect(isGood).to.equal(true);
    expect(text).to.contain("docs/digitalocean.md");
  });

  it("explains the few requests that Octavia cuts on keep-alive connections", () => {
    const { isGood, text } = ending(OVH, { "managed: switch": result(CUT, CUT) });
    expect(isGood).to.equal(true);
    expect(text).to.contain("2 of the failed requests: Octavia reloads its HAProxy");
  });

  it("excuses nothing else", () => {
    const cases: readonly (readonly [Cloud, Record<string, SwitchResult>])[] = [
      [OVH, { "edge: switch": result(CUT) }],
      [OVH, { "managed: switch": result({ ...CUT, kind: "newConnection" }) }],
      [OVH, { "managed: switch": result({ ...CUT, reason: "status" }) }],
      [OVH, { "managed: switch": result(CUT, CUT, CUT, CUT, CUT) }],
      [OVH, { "managed: switch": { ...result(CUT), stale: 1 } }],
      [DIGITALOCEAN, { "managed: switch": result(CUT) }],
    ];
    for (const [cloud, results] of cases) {
      expect(ending(cloud, results).isGood, JSON.stringify(results)).to.equal(false);
    }
  });

  it("names requests that the vendor would have rejected", () => {
    const { isGood, text } = ending(
      OVH,
      { "edge: switch": result() },
      { kind: "request", where: "GET /v2/droplets", problem: "no such query" },
    );
    expect(isGood).to.equal(false);
    expect(text).to.contain("request GET /v2/droplets: no such query");
  });
});

describe("the start of the demo in a cloud", () => {
  it("says what is emulated, and what is real", () => {
    const text = introduction(OVH, new Screen({ write: () => true }, {}));
    expect(text).to.match(
      /This OVH Public Cloud project is emulated on this machine. The demo uses no real project/,
    );
    expect(text).to.match(/^ +real +every instance: a container that boots/m);
  });
});
