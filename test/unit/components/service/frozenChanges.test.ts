import { expect } from "chai";
import { scriptCall } from "../../../../lib/hostScript.ts";
import { frozenChanges, refuseChange } from "../../../../components/service/frozenRule.ts";
import { formatFixed } from "../../../../lib/fixedValues.ts";
import { scriptHeader } from "../../../../lib/shell.ts";

const FIXED = formatFixed([
  { name: "IMAGE", change: "restart", setting: "blue.image" },
  { name: "PORT", change: "restart", setting: "app.port" },
  { name: "PROXY_PROTOCOL", change: "break", setting: "managed.proxyProtocol" },
  { name: "INPUT", change: "restart", setting: "blue.env or app.env" },
]);

const inputs = (values: Record<string, string> = {}, rest = "up() { :; }") => ({
  stdin:
    scriptHeader({
      ...{ IMAGE: "sha256:a", PORT: "8000", PROXY_PROTOCOL: "false", GENERATION: "g" },
      ...{ FIXED, INPUT: "A=1" },
      ...values,
    }) + rest,
});

describe("a color that takes traffic", () => {
  const before = inputs();

  it("accepts changes that leave its containers running", () => {
    expect(frozenChanges(before, before)).to.deep.equal([]);
    const generation = inputs({ GENERATION: "h" });
    expect(frozenChanges(before, generation)).to.deep.equal([]);
    const newerScript = inputs({}, "up() { true; }");
    expect(frozenChanges(before, newerScript)).to.deep.equal([]);
  });

  it("refuses changes of image, port and environment, each by its setting's name", () => {
    const image = inputs({ IMAGE: "sha256:b" });
    expect(frozenChanges(before, image)).to.deep.equal(["blue.image (sha256:a -> sha256:b)"]);
    const port = inputs({ PORT: "9000" });
    expect(frozenChanges(before, port)).to.deep.equal(["app.port (8000 -> 9000)"]);
    const env = inputs({ INPUT: "A=secret" });
    expect(frozenChanges(before, env)).to.deep.equal(["blue.env or app.env"]);
  });

  it("refuses what would break its traffic, even if nothing restarts", () => {
    const proxy = inputs({ PROXY_PROTOCOL: "true" });
    expect(frozenChanges(before, proxy)).to.deep.equal(["managed.proxyProtocol (false -> true)"]);
  });

  it("accepts a change of an input that is not fixed, such as a registry's password", () => {
    const values = { FIXED: "IMAGE restart blue.image", INPUT: "old password" };
    const password = inputs({ ...values, INPUT: "new password" });
    expect(frozenChanges(inputs(values), password)).to.deep.equal([]);
  });

  it("refuses a setting that is taken away, and accepts all for a process that rests", () => {
    const more = { FIXED: `${FIXED}\nCOMMAND restart app.command`, COMMAND: "'a'" };
    expect(frozenChanges(inputs(more), before)).to.deep.equal(["app.command ('a' -> not set)"]);
    expect(frozenChanges(before, inputs(more))).to.deep.equal(["app.command (not set -> 'a')"]);
    const create = scriptCall("up", { GENERATION: "1", RUNS: "no" });
    expect(frozenChanges({ ...inputs(more), create }, before)).to.deep.equal([]);
  });

  it("accepts a script that a preview does not know yet", () => {
    expect(frozenChanges(before, {})).to.deep.equal([]);
  });

  const rule = { color: "blue", drainSeconds: 30, allowLiveChange: false } as const;
  const live = { active: "blue", canaryWeight: 0, testers: false } as const;
  const changed = inputs({ IMAGE: "sha256:b" });

  it("reports a refused change with the ways out", () => {
    expect(() => refuseChange({ ...rule, real: live }, before, changed)).to.throw(
      "blue takes traffic, so this pulumi up may not change blue.image (sha256:a -> sha256:b).\n" +
        "Change the idle color instead (pulumi config set --path green.…), or first move the traffic " +
        "to green in a separate pulumi up, or, if requests may be dropped: " +
        "pulumi config set allowLiveChange true",
    );
  });

  it("refuses changes as a weighted canary too", () => {
    const canary = { active: "green", canaryWeight: 0.1, testers: true } as const;
    expect(() => refuseChange({ ...rule, real: canary }, before, changed)).to.throw(
      "blue takes traffic",
    );
  });

  it("accepts changes when idle, before the first route, and with allowLiveChange", () => {
    const idle = { active: "green", canaryWeight: 0, testers: true } as const;
    refuseChange({ ...rule, real: idle }, before, changed);
    refuseChange(rule, before, changed);
    refuseChange({ ...rule, real: live, allowLiveChange: true }, before, changed);
  });
});
