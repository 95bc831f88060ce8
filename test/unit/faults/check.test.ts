import { expect } from "chai";
import type { Failure } from "../../../load/outcome.ts";
import { check } from "../../faults/check.ts";
import {
  type Action,
  claimOf,
  type CommandEntry,
  type FaultEntry,
  type TrialHistory,
  type World,
} from "../../faults/history.ts";

function routed(memory: string, configured = memory.split(":")[0] ?? ""): World {
  const routes = [{ memory, file: memory, record: memory, previous: "" }];
  return { routes, configured, versions: { blue: "r0", green: "r9" }, isUnfinished: false };
}

const ALL_BLUE = routed("blue:0:off");
const ROLLED_BACK = "rolled back to blue with app:r0: 20 of 25 requests failed";
const BAD: Action = { name: "release-bad", badColor: "green", beganAt: 1000, endedAt: 200_000 };

/** From 1 s to 2 s; what stands is seen at 3 s. */
function command(said: string, more: Partial<CommandEntry> = {}): CommandEntry {
  const times = { beganAt: 1000, endedAt: 2000, seenAt: 3000 };
  return {
    entry: "command",
    words: ["release"],
    ...times,
    code: 0,
    said,
    world: ALL_BLUE,
    ...more,
  };
}

function fault(more: Partial<FaultEntry>): FaultEntry {
  const times = { at: 1500, endedAt: 1600 };
  const flags = { leavesWork: false, movesTraffic: false, holdsUp: false };
  return { entry: "fault", fault: "a fault", ...times, ...flags, ...more };
}

function history(more: Partial<TrialHistory> = {}): TrialHistory {
  return {
    ...{ target: "local", seed: 1, badVersion: "r9", takesBack: true, cutsKeptConnections: false },
    before: ALL_BLUE,
    actions: [BAD],
    entries: [command(ROLLED_BACK)],
    ...{ stops: [], changes: [] },
    failures: [],
    requests: 500,
    answersBetween: () => 0,
    ...more,
  };
}

function broken(more: Partial<TrialHistory>): string[] {
  return check(history(more)).map(({ invariant }) => invariant);
}

const lost = { reason: "reset", kind: "keepAlive", startedAt: 1550, endedAt: 1560 } as Failure;

describe("the check of a history", () => {
  it("finds nothing in a release that was rolled back as it said", () => {
    expect(check(history())).to.deep.equal([]);
  });

  it("reads who has the traffic from the last sentence", () => {
    const both = "rolled back to blue with a\napp:v2 is live on green, after 3 s";
    expect(claimOf(both)?.color).to.equal("green");
    expect(claimOf("green is live as before with app:v1")?.color).to.equal("green");
    expect(claimOf("Stopped; the release stays as it is.")).to.equal(undefined);
  });

  describe("finds", () => {
    const green = routed("green:0:off");
    const half = routed("blue:500:on");
    const cases: readonly (readonly [string, Partial<TrialHistory>, string])[] = [
      [
        "a container that is stopped while it has traffic",
        {
          stops: [{ container: "blue-1", color: "blue", at: 9000 }],
          answersBetween: (from, until) => (from === 6500 && until === 9000 ? 3 : 0),
        },
        "a container is drained before it is stopped",
      ],
      [
        "a request without an answer",
        { failures: [lost] },
        "every request got one complete answer",
      ],
      ["that no request was sent", { requests: 0 }, "every request got one complete answer"],
      [
        "a request that is lost after the time in which a fault may lose it",
        { failures: [lost], entries: [command(""), fault({ at: 1400, cutsUntil: 1500 })] },
        "every request got one complete answer",
      ],
      [
        "a lost request on a new connection where kept ones may be closed",
        { failures: [{ ...lost, kind: "newConnection" }], cutsKeptConnections: true },
        "every request got one complete answer",
      ],
      [
        "an answer of the old color after the acknowledgement",
        { answersBetween: (from, _, color) => (from === 2000 && color === "green" ? 3 : 0) },
        "no answer of the old color after an acknowledgement",
      ],
      [
        "a sentence that names the wrong color",
        { entries: [command(ROLLED_BACK, { world: green })], badVersion: "x" },
        "every sentence that a command ended with was true",
      ],
      [
        "a sentence that forgets a share",
        { entries: [command(ROLLED_BACK, { world: half })], badVersion: "x" },
        "every sentence that a command ended with was true",
      ],
      [
        "a file that a restart would read another color from",
        {
          entries: [
            command("", {
              world: {
                ...ALL_BLUE,
                routes: [{ ...ALL_BLUE.routes[0]!, file: "green:0:off", record: "x" }],
              },
            }),
          ],
        },
        "exactly one active color, in memory and on disk",
      ],
      [
        "two edges with two colors",
        {
          badVersion: "x",
          entries: [
            command("", { world: { ...ALL_BLUE, routes: [...ALL_BLUE.routes, ...green.routes] } }),
            command("", { beganAt: 4000 }),
          ],
        },
        "exactly one active color, in memory and on disk",
      ],
      [
        "a failed version that is live",
        { entries: [command("", { world: green })] },
        "a failed version has no traffic",
      ],
      [
        "a failed version that keeps a share",
        { entries: [command("", { world: half })] },
        "a failed version has no traffic",
      ],
      [
        "a failed version that users still reach 20 s after a command that went on said FAIL",
        {
          entries: [command(ROLLED_BACK, { failedAt: 1500, endedAt: 190_000 })],
          answersBetween: (from, _, color) => (from === 21_500 && color === "green" ? 5 : 0),
        },
        "a failed version has no traffic",
      ],
      [
        "a failed version that users still reach when the grant of a killed command is over",
        {
          entries: [
            command(ROLLED_BACK, { failedAt: 1500, endedAt: 190_000 }),
            fault({ holdsUp: true }),
          ],
          answersBetween: (from, _, color) => (from === 66_500 && color === "green" ? 5 : 0),
        },
        "a failed version has no traffic",
      ],
      [
        "a failed version that has a share again when the command which said FAIL ends",
        {
          entries: [
            command("", { failedAt: 1500, code: 8, world: half }),
            command(ROLLED_BACK, { beganAt: 4000, endedAt: 5000, seenAt: 6000 }),
          ],
        },
        "a failed version has no traffic",
      ],
      [
        "a failed version that a command calls live",
        {
          entries: [
            command("app:r9 is live on green, after 3 s", { world: green }),
            command(ROLLED_BACK, { beganAt: 4000, endedAt: 5000, seenAt: 6000 }),
          ],
        },
        "a failed version has no traffic",
      ],
      [
        "a release that stays in progress",
        { entries: [command("", { world: { ...ALL_BLUE, isUnfinished: true } })] },
        "a second release is refused, but not for ever",
      ],
      [
        "a release beside another one",
        {
          entries: [
            command("", { beganAt: 1200, endedAt: 1800, code: 7 }),
            command(ROLLED_BACK, { code: 4 }),
          ],
        },
        "a second release is refused, but not for ever",
      ],
      [
        "a config that differs from the route",
        { entries: [command("", { world: routed("blue:0:off", "green") })] },
        "nothing is left to mend",
      ],
      [
        "changes that a person would have to apply",
        { changes: ["update gate"] },
        "nothing is left to mend",
      ],
    ];
    for (const [what, more, invariant] of cases) {
      it(what, () => expect(broken(more)).to.deep.equal([invariant]));
    }
  });

  describe("excuses", () => {
    const cases: readonly (readonly [string, Partial<TrialHistory>])[] = [
      [
        "a request that a fault takes the host from",
        { failures: [lost], entries: [command(ROLLED_BACK), fault({ cutsUntil: 2000 })] },
      ],
      [
        "a kept connection where the balancer closes them",
        { failures: [lost], cutsKeptConnections: true },
      ],
      [
        "a sentence after which somebody else moves the traffic",
        {
          badVersion: "x",
          entries: [
            command(ROLLED_BACK, { world: routed("green:0:off", "green") }),
            fault({ movesTraffic: true, at: 2500, endedAt: 2600 }),
          ],
        },
      ],
      [
        "what a person has edited during the last command",
        { changes: ["update gate"], entries: [command(ROLLED_BACK), fault({ leavesWork: true })] },
      ],
      [
        "a second release that is refused",
        {
          entries: [
            command("", { beganAt: 1200, endedAt: 1800, code: 3 }),
            command(ROLLED_BACK, { code: 4 }),
          ],
        },
      ],
    ];
    for (const [what, more] of cases) {
      it(what, () => expect(broken(more)).to.deep.equal([]));
    }
  });
});
