import { expect } from "chai";
import { ReleaseJudge } from "../../../../release/judge/judge.ts";
import type { AnswerKind, DrawnAnswer, OpenRequest } from "../../../../release/judge/types.ts";
import { judgeAfter, OPTIONS, sample, second, timesAround } from "../../../helpers/measurements.ts";

describe("the judge of draws", () => {
  let draws = 0;
  const answers = (color: "blue" | "green", count: number, kind: AnswerKind = "failure") =>
    Array.from({ length: count }, (): DrawnAnswer => ({ kind, color, draw: draws++, share: 0.5 }));

  it("does not blame a color for one user who fails a thousand times", () => {
    const script = { kind: "failure", color: "green", draw: 7, share: 0.5 } as const;
    const measure = () => ({
      ...second(sample(60, 20), sample(40)),
      answers: Array.from({ length: 20 }, () => script),
    });
    const { outcome, reason } = judgeAfter(50, measure).verdict();
    expect(outcome).to.equal("PASS");
    expect(reason).to.match(
      /^green failed 1,000 of 3,000 \(33 %\) \(999 repeated by the same users\), blue 0 of 2,000/,
    );
    // Without draws these are a thousand failures.
    expect(judgeAfter(50, () => second(sample(60, 20), sample(40))).verdict().outcome).to.equal(
      "FAIL",
    );
  });

  it("fails a color that fails for many users", () => {
    const measure = () => ({
      ...second(sample(50, 5), sample(50)),
      answers: answers("green", 5),
    });
    expect(judgeAfter(5, measure).verdict().reason).to.match(/^green fails more often than blue/);
  });

  it("fails a color that answers half of its users with 404", () => {
    const measure = () => ({
      ...second(sample(50), sample(50)),
      answers: answers("green", 25, "clientError"),
    });
    expect(judgeAfter(3, measure).verdict()).to.deep.include({ outcome: "FAIL" });
    expect(judgeAfter(3, measure).verdict().reason).to.match(
      /^green answers with a 4xx status more often than blue: green \d+ of \d+ \(50 %\), blue 0 of \d+; .* to 1 against chance/,
    );
    const allowed = { ...OPTIONS, statusMayDiffer: ["4xx"] as const };
    expect(judgeAfter(60, measure, allowed).verdict().outcome).to.equal("PASS");
  });

  it("fails a color that redirects more often, and neither if both do", () => {
    const redirects = (green: number, blue: number) => () => ({
      ...second(sample(50), sample(50)),
      answers: [...answers("green", green, "redirect"), ...answers("blue", blue, "redirect")],
    });
    expect(judgeAfter(5, redirects(20, 5)).verdict().reason).to.match(
      /^green answers with a redirect/,
    );
    expect(judgeAfter(60, redirects(20, 20)).verdict().outcome).to.equal("PASS");
  });

  it("does not fail a color for a slow user, and does for many", () => {
    const timed = (draw: (at: number) => number) => (at: number) => ({
      ...second(
        { ...sample(20, 0, timesAround(0.5, 20, at + 1)), draws: range(20).map(draw) },
        { ...sample(20, 0, timesAround(0.1, 20, at + 9)), draws: range(20).map(() => draws++) },
      ),
      answers: [],
    });
    expect(
      judgeAfter(
        60,
        timed(() => draws++),
      ).verdict().outcome,
    ).to.equal("FAIL");
    expect(
      judgeAfter(
        60,
        timed(() => 7),
      ).verdict().outcome,
    ).to.equal("INSUFFICIENT");
  });

  it("compares a crash loop after the switch with the other color's record from before the release", () => {
    const judged = (record: number) => {
      const judge = new ReleaseJudge({ ...OPTIONS, minRequests: 0 });
      judge.remember({ requests: record, failures: 0 });
      for (let at = 0; at < 3; at++) judge.add({ ...second(sample(0), sample(108)), answers: [] });
      for (let at = 0; at < 4; at++) {
        const failures = at < 2 ? 4 : 3;
        judge.add({
          ...second(sample(97, failures), sample(0)),
          answers: answers("green", failures),
        });
      }
      return judge.verdict().outcome;
    };
    expect(judged(0)).to.equal("INSUFFICIENT");
    expect(judged(5000)).to.equal("FAIL");
  });
});

describe("the judge of requests that hang", () => {
  let draws = 0;
  const waiting = (color: "blue" | "green", draw: number, seconds: number): OpenRequest => ({
    ...{ color, draw, seconds },
    share: 0.5,
  });

  /** Of 50 requests a second to green, a share is never answered. */
  function hanging(seconds: number, everyNth: number, alsoBlue = false) {
    const judge = new ReleaseJudge({ ...OPTIONS, minRequests: 100 });
    const hung: { color: "blue" | "green"; draw: number; since: number }[] = [];
    const verdicts = range(seconds).map((at) => {
      for (const color of alsoBlue ? (["blue", "green"] as const) : (["green"] as const)) {
        for (let one = 0; one < 50 / everyNth; one++)
          hung.push({ color, draw: draws++, since: at });
      }
      const answered = Math.floor(50 - 50 / everyNth);
      judge.add({
        ...second(sample(answered), sample(alsoBlue ? answered : 50)),
        answers: [],
        open: hung.map(({ color, draw, since }) => waiting(color, draw, at - since)),
      });
      return judge.verdict();
    });
    return verdicts.map(({ outcome }) => outcome);
  }

  it("passes none while 30 % are not answered, and fails it before they time out", () => {
    const outcomes = hanging(15, 10 / 3);
    expect(outcomes).to.not.include("PASS");
    expect(outcomes.at(-1)).to.equal("FAIL");
  });

  it("does not blame a color for requests that wait at both, such as long polling", () => {
    const outcomes = hanging(60, 10 / 3, true);
    expect(outcomes).to.not.include("FAIL");
  });

  it("says how many had no answer", () => {
    const judge = new ReleaseJudge(OPTIONS);
    const open = range(20).map((draw) => waiting("green", draw, 11));
    judge.add({ ...second(sample(50), sample(50)), answers: [], open });
    expect(judge.verdict().reason).to.match(
      /^green fails more often than blue: green failed 0 of 50, and 20 had no answer for long, blue 0 of 50/,
    );
  });

  it("counts a request that hung only once when it ends", () => {
    const judge = new ReleaseJudge({ ...OPTIONS, minRequests: 0 });
    const one = waiting("green", 1, 11);
    judge.add({ ...second(sample(50), sample(50)), answers: [], open: [one] });
    const { numbers } = judge.verdict();
    const ended: DrawnAnswer = { kind: "failure", color: "green", draw: 1, share: 0.5 };
    judge.add({ ...second(sample(1, 1), sample(0)), answers: [ended], open: [] });
    expect(judge.verdict().numbers["worseEvidence"]).to.equal(numbers["worseEvidence"]);
    expect(judge.verdict().numbers).to.include({ failures: 1, repeats: 1 });
  });
});

it("gives no PASS on a series that is not there", () => {
  const blind = "release.prometheus.errors gave no value for green";
  const judge = judgeAfter(60, () => ({ ...second(sample(50), sample(50)), blind }));
  expect(judge.verdict()).to.deep.include({ outcome: "INSUFFICIENT" });
  expect(judge.verdict().reason).to.include(blind);
});

function range(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}
