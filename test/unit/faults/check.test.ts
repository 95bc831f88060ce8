import { expect } from "chai";
import type { Failure } from "../../../load/outcome.ts";
import { check } from "../../faults/check.ts";
import { claimOf, type CommandEntry, type TrialHistory, type World } from "../../faults/history.ts";

const ALL_BLUE: World = {
  route: { memory: "blue:0:off", file: "blue:0:off", record: "blue:0:off", previous: "" },
  configured: "blue",
  versions: { blue: "r0", green: "r9" },
  changes: [],
  isUnfinished: false,
};

function routed(memory: string, configured = memory.split(":")[0] ?? ""): World {
  const route = { memory, file: memory, record: memory, previous: "" };
  return { ...ALL_BLUE, route, configured };
}

function command(said: string, world: World = ALL_BLUE): CommandEntry {
  const words = ["release"];
  return { entry: "command", words, beganAt: 1000, endedAt: 2000, code: 0, said, world };
}

function history(more: Partial<TrialHistory> = {}): TrialHistory {
  return {
    seed: 1,
    action: "release-bad",
    badVersion: "r9",
    before: ALL_BLUE,
    entries: [command("rolled back to blue with app:r0: 20 of 25 requests failed")],
    failures: [],
    requests: 500,
    answersAfter: () => 0,
    ...more,
  };
}

function broken(more: Partial<TrialHistory>): string[] {
  return check(history(more)).map(({ invariant }) => invariant);
}

describe("the check of a history", () => {
  it("finds nothing in a release that was rolled back as it said", () => {
    expect(check(history())).to.deep.equal([]);
  });

  it("reads who has the traffic from the last sentence", () => {
    expect(
      claimOf("rolled back to blue with a\napp:v2 is live on green, after 3 s")?.color,
    ).to.equal("green");
    expect(claimOf("green is live as before with app:v1")?.color).to.equal("green");
    expect(claimOf("Stopped; the release stays as it is.")).to.equal(undefined);
  });

  const lost = { reason: "reset", kind: "keepAlive", startedAt: 0, endedAt: 1 } as Failure;
  const cases: readonly (readonly [string, Partial<TrialHistory>, string])[] = [
    ["a request without an answer", { failures: [lost] }, "every request got one complete answer"],
    ["that no request was sent", { requests: 0 }, "every request got one complete answer"],
    [
      "an answer of the old color after the acknowledgement",
      { answersAfter: (at, _, color) => (at === 2000 && color === "green" ? 3 : 0) },
      "no answer of the old color after an acknowledgement",
    ],
    [
      "a sentence that names the wrong color",
      {
        entries: [command("rolled back to blue with app:r0", routed("green:0:off"))],
        badVersion: "x",
      },
      "every sentence that a command ended with was true",
    ],
    [
      "a sentence that forgets a share",
      {
        entries: [command("rolled back to blue with app:r0", routed("blue:500:on"))],
        badVersion: "x",
      },
      "every sentence that a command ended with was true",
    ],
    [
      "a file that a restart would read another color from",
      {
        entries: [
          command("", {
            ...ALL_BLUE,
            route: { ...ALL_BLUE.route, file: "green:0:off", record: "x" },
          }),
        ],
      },
      "exactly one active color, in memory and on disk",
    ],
    [
      "a failed version that is live",
      { entries: [command("", routed("green:0:off"))] },
      "a failed version has no traffic",
    ],
    [
      "a failed version that keeps a share",
      { entries: [command("", routed("blue:500:on"))] },
      "a failed version has no traffic",
    ],
    [
      "a release that stays in progress",
      { entries: [command("", { ...ALL_BLUE, isUnfinished: true })] },
      "a second release is refused, but not for ever",
    ],
    [
      "a config that differs from the route",
      { entries: [command("", routed("blue:0:off", "green"))] },
      "nothing is left to mend",
    ],
    [
      "changes that a person would have to apply",
      { entries: [command("", { ...ALL_BLUE, changes: ["update gate"] })] },
      "nothing is left to mend",
    ],
  ];
  for (const [what, more, invariant] of cases) {
    it(`finds ${what}`, () => {
      expect(broken(more)).to.deep.equal([invariant]);
    });
  }
});
