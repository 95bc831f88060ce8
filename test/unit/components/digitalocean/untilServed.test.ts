import { expect } from "chai";
import { untilServed } from "../../../../components/digitalocean/askBalancer.ts";

/** Returns these answers in turn, then repeats the last one; time passes only by waiting. */
function entrance(...answers: readonly (number | string)[]) {
  let [asked, now] = [0, 0];
  return {
    url: "http://203.0.113.1/health",
    ask: () => Promise.resolve(answers[Math.min(asked++, answers.length - 1)] ?? ""),
    wait: (ms: number) => Promise.resolve(void (now += ms)),
    now: () => now,
    asked: () => asked,
  };
}

describe("waiting until users are served", () => {
  it("ends with the first answer that is not the balancer's own", async () => {
    const there = entrance("connect ECONNREFUSED", 503, 503, 200);
    await untilServed(there);
    expect(there.asked()).to.equal(4);
  });

  it("accepts a 401 from the app as an answer", async () => {
    await untilServed(entrance(401));
  });

  it("fails with the address and the last answer after two minutes", async () => {
    const there = entrance(503);
    const error = await untilServed(there).catch((reason: unknown) => reason);
    expect((error as Error).message).to.match(
      /^http:\/\/203\.0\.113\.1\/health: still 503, 120 seconds after .* Then run pulumi up again\.$/,
    );
    expect(there.now()).to.equal(120_000);
  });
});
