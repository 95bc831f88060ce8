import { expect } from "chai";
import { THIS_MACHINE } from "../../../../components/machine/exec.ts";
import type { Color } from "../../../../lib/color.ts";
import { runChecks } from "../../../../release/doctor/check.ts";
import {
  clocksFound,
  containersFound,
  leastDifference,
} from "../../../../release/doctor/hostChecks.ts";
import {
  certificateText,
  dnsProblem,
  registriesOf,
} from "../../../../release/doctor/networkChecks.ts";
import { lockFound } from "../../../../release/doctor/storeChecks.ts";
import type { HostContainer } from "../../../../release/hosts/containers.ts";
import type { LeaseRecord } from "../../../../release/store/lease.ts";
import { settingsFrom } from "../../../helpers/settings.ts";

const web = (color: Color, index: number, isRunning = true): HostContainer => {
  const host = `${color}-${index}`;
  const fixed = { machine: THIS_MACHINE, process: "web", isService: false } as const;
  return { ...fixed, host, name: host, color, isRunning };
};

const SETTINGS = settingsFrom({
  activeColor: "blue",
  blue: { image: "registry.example.com/shop:2", count: 2 },
  green: { image: "shop:1", count: 1 },
});

describe("a check of the doctor", () => {
  it("is a problem if it fails or does not end, and keeps no other from running", async () => {
    const findings = await runChecks(
      [
        { name: "good", run: () => Promise.resolve({ fine: "all well" }) },
        { name: "broken", run: () => Promise.reject(new Error("no answer")) },
        { name: "endless", run: () => new Promise(() => undefined) },
        { name: "odd", run: () => Promise.resolve({ fine: "", warnings: ["look"] }) },
        { name: "bad", run: () => Promise.resolve({ fine: "", problems: ["p"], warnings: ["w"] }) },
      ],
      20,
    );
    expect(findings).to.deep.equal([
      { check: "good", state: "ok", texts: ["all well"] },
      { check: "broken", state: "problem", texts: ["no answer"] },
      { check: "endless", state: "problem", texts: ["This could not be found out within 0.02 s."] },
      { check: "odd", state: "warning", texts: ["look"] },
      { check: "bad", state: "problem", texts: ["p", "w"] },
    ]);
  });

  it("counts the containers of both colors, and names the hosts that are gone", () => {
    const all = [web("blue", 1), web("blue", 2), web("green", 1)];
    const whole = containersFound(SETTINGS, { containers: all, silent: [] });
    expect(whole).to.deep.equal({
      fine: "containers run: blue 2 of 2, green 1 of 1",
      problems: [],
    });
    const silent = [{ host: "green-1", problem: "green-1: does not answer." }];
    const broken = [web("blue", 1), web("blue", 2, false)];
    const { problems = [] } = containersFound(SETTINGS, { containers: broken, silent });
    expect(problems[0]).to.match(/^green-1: does not answer\. .*pulumi up --refresh/);
    expect(problems[1]).to.match(
      /^blue runs only 1 of its 2 containers \(blue-2 stopped\)\. .*pulumi up$/,
    );
    expect(problems[2]).to.match(/^green runs only 0 of its 1/);
  });

  it("compares clocks as exactly as the question took", () => {
    expect(leastDifference(100, 99, 101)).to.equal(0);
    expect(leastDifference(110, 99, 101)).to.equal(9);
    expect(leastDifference(90, 99, 101)).to.equal(-9);
    const readings = [
      { host: "blue-1", aheadSeconds: 4 },
      { host: "blue-2", aheadSeconds: -60 },
    ];
    const { problems = [] } = clocksFound(readings);
    expect(problems).to.have.length(1);
    expect(problems[0]).to.match(/^blue-2: its clock is 60 s behind this machine's\./);
  });

  it("compares a domain's addresses with the balancer's", () => {
    expect(dnsProblem("shop.example", ["1.2.3.4"], ["1.2.3.4"])).to.equal(undefined);
    expect(dnsProblem("shop.example", ["1.2.3.4"], [])).to.equal(undefined);
    expect(dnsProblem("shop.example", [], ["1.2.3.4"])).to.equal(
      "shop.example: has no address. Set its A record to 1.2.3.4 at your DNS provider.",
    );
    expect(dnsProblem("shop.example", ["5.6.7.8"], ["1.2.3.4"])).to.include("leads to 5.6.7.8");
  });

  it("reports a certificate that ends, has ended, or is refused", () => {
    const now = Date.parse("2026-11-28T12:00:00Z");
    const day = 86_400_000;
    const of = (until: number | undefined, refusal?: string) =>
      certificateText(
        { domain: "a.b", ...(until && { until }), ...(refusal !== undefined && { refusal }) },
        now,
      );
    expect(of(now + 30 * day)).to.deep.equal({});
    expect(of(now + 3.5 * day).warning).to.include("ends in 3 days");
    expect(of(now - day).problem).to.include("has expired");
    expect(of(now + 30 * day, "SELF_SIGNED").problem).to.include("is refused: SELF_SIGNED");
    expect(of(undefined, "ECONNREFUSED").problem).to.include("no certificate: ECONNREFUSED");
  });

  it("asks the registries that the images name", () => {
    expect(registriesOf(SETTINGS)).to.deep.equal(["registry.example.com"]);
    const hub = settingsFrom({ activeColor: "blue", blue: { image: "team/shop:1" } });
    expect(registriesOf(hub)).to.deep.equal([]);
  });

  it("says who holds the lock and how it gets free", () => {
    const lease = { owner: { user: "ann", host: "laptop" }, doing: "release" } as LeaseRecord;
    expect(lockFound(lease, "held").problems?.[0]).to.include("--wait-for-lock 600");
    expect(lockFound(lease, "on-hold").problems?.[0]).to.include("bluegreen lock release");
    expect(lockFound(lease, "dead")).to.have.property("warnings");
    expect(lockFound(undefined, "free")).to.deep.equal({ fine: "free" });
  });
});
