import { expect } from "chai";
import { ovhSwitchResult } from "../../../../../dev/bench/openstack/switchResult.ts";
import { type OvhWayKind, WAYS } from "../../../../../dev/bench/openstack/ways.ts";
import { monotonic } from "../../../../../dev/bench/clock.ts";
import type { Moves } from "../../../../../dev/bench/cloud/moves.ts";
import { FULL } from "../../../../../dev/bench/parameters.ts";
import type { Call } from "../../../../../dev/emulators/http/callLog.ts";

type Balancer = OvhWayKind["balancer"];

function call(method: string, path: string, at: number): Call {
  // Calls are timed by another clock.
  const atEpoch = Date.now() - monotonic() + at;
  return { at: atEpoch, method, path, pattern: path, status: 200, milliseconds: 1 };
}

/**
 * One switch from 100 to 500 with its last old answer at 450, in 100 requests, some of which fail.
 */
function moves(balancer: Balancer, failed: number, stale: number): Moves<OvhWayKind> {
  const startedAt = Float64Array.from({ length: 100 }, (_, place) => place * 10);
  const times = { startedAt: 100, acknowledgedAt: 400, movedAt: 500, until: 900 };
  const open = () => Promise.reject(new Error());
  const calls = [
    call("PUT", "/lbaas/listeners/1", 350),
    call("GET", "/lbaas/listeners/1", 250),
    call("POST", "/identity/v3/auth/tokens", 200),
  ];
  return {
    kind: { name: balancer, balancer, isOurs: balancer !== "by hand", open },
    log: {
      startedAt,
      endedAt: startedAt.map((time) => time + 2),
      outcome: Uint8Array.from(startedAt, (_, place) =>
        place > 20 && place <= 20 + failed ? 1 : 0,
      ),
      color: new Uint8Array(100).fill(1),
      isNewConnection: new Uint8Array(100),
      colors: ["blue"],
      failures: failed > 0 ? ["reset"] : [],
    },
    switches: [{ from: "blue", ...times, calls: balancer === "Octavia" ? calls : [] }],
    seen: [{ stale, lastOldAt: 450, firstNewAt: 300 }],
  };
}

function cells(all: readonly Moves<OvhWayKind>[], name: string): readonly string[] | undefined {
  return ovhSwitchResult(FULL.ovhSwitch, all)
    .rows.find((row) => row[0] === name)
    ?.slice(1);
}

function verdicts(...all: readonly Moves<OvhWayKind>[]): boolean[] {
  return ovhSwitchResult(FULL.ovhSwitch, all).goals.map(({ isMet }) => isMet);
}

describe("bench of switches of instances", () => {
  const calm = [moves("Octavia", 0, 0), moves("edge", 0, 0), moves("by hand", 30, 7)];

  it("allows no failure for the edge and a few in thousands for Octavia, and does not judge manual switches", () => {
    expect(verdicts(...calm)).to.deep.equal([true, true, true]);
    expect(verdicts(moves("Octavia", 0, 0), moves("edge", 1, 0))).to.deep.equal([
      ...[false, true, true],
    ]);
    expect(verdicts(moves("Octavia", 1, 0), moves("edge", 0, 0))).to.deep.equal([
      ...[true, false, true],
    ]);
  });

  it("allows no stale answer for either of ours", () => {
    for (const balancer of ["Octavia", "edge"] as const) {
      const other = balancer === "edge" ? "Octavia" : "edge";
      expect(verdicts(moves(balancer, 0, 1), moves(other, 0, 0)).at(-1)).to.equal(false);
    }
  });

  it("puts failures and stale answers side by side", () => {
    expect(cells(calm, "failed requests")).to.deep.equal(["0", "0", "30", "0", "met"]);
    expect(cells(calm, "stale answers")).to.deep.equal(["0", "0", "7", "0", "met"]);
    const share = ["0.0", "0.0", "3000.0", "at most 10.0", "met"];
    expect(cells(calm, "failed of 10,000 requests")).to.deep.equal(share);
  });

  it("measures how long the old color answers after the command, its first call and its first change", () => {
    const last = (from: string) => cells(calm, `${from} to last old answer, p50`);
    expect(last("command")).to.deep.equal(["0.35 s", "0.35 s", "0.35 s"]);
    expect(last("first API call")).to.deep.equal(["0.25 s", "-", "-"]);
    expect(last("first change")).to.deep.equal(["0.10 s", "-", "-"]);
  });

  it("counts calls, but not a login as a change", () => {
    expect(cells(calm, "API calls per switch")).to.deep.equal(["3", "0", "0"]);
    expect(cells(calm, "of these, changes")).to.deep.equal(["1", "0", "0"]);
  });

  it("begins with the baseline method", () => {
    expect(WAYS[0]).to.include({ name: "Octavia, pulumi up", isOurs: true });
  });
});
