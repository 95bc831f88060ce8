import { expect } from "chai";
import { expectNoFailure, pause, startUsers, stopUsers } from "../../helpers/asking.ts";
import { bluegreen, lastRelease } from "../../helpers/bluegreen.ts";
import { ReleasingStack } from "../../helpers/releasingStack.ts";

// Each kill takes about a minute and a half. KILLS=10 places one in about every second of a
// release.
const KILLS = Number(process.env["KILLS"] ?? 1);

/** Roughly how long each step takes; kills are spread over that time. */
const STEPS = [
  ["deploy", 12_000],
  ["canary-50", 10_000],
  ["approval", 2000],
  ["switch", 8000],
  ["watch", 3000],
  ["retire", 6000],
] as const;

/** Steps after the promotion. */
const AFTER_APPROVAL: readonly string[] = ["switch", "watch", "retire"];

describe("a release that is killed", function () {
  this.timeout(600_000);
  let releases: ReleasingStack;

  before(async () => {
    releases = await ReleasingStack.create({
      steps: [{ weight: 50, durationSeconds: 2, minRequests: 20 }],
      approval: true,
      watchSeconds: 3,
      keepWarmMinutes: 0,
      idleCount: 1,
    });
    await releases.configure({ "blue.count": 2 });
    await releases.stack.mustUp();
  });
  afterEach(stopUsers);
  after(() => releases.stack.remove());

  /** @returns the journal's contents at that time */
  async function killIn(step: string, delayMs: number) {
    const image = await releases.nextImage();
    const { child, began } = releases.start("release", "--image", image);
    if (AFTER_APPROVAL.includes(step)) {
      await began("approval");
      await releases.run("promote");
    }
    await began(step);
    await pause(delayMs);
    child.kill("SIGKILL");
    await child;
    return lastUnfinished();
  }

  /** The current step of a release; undefined once it has ended. */
  async function lastUnfinished(): Promise<string | undefined> {
    const { output } = await bluegreen(releases.stack, "status", "--json");
    return /is at ([a-z]+(?:-\d+)?)/.exec(output)?.[1];
  }

  async function resume() {
    const isWaiting = !AFTER_APPROVAL.includes((await lastUnfinished()) ?? "");
    const resumed = releases.run("resume");
    if (isWaiting) await releases.promote();
    return resumed;
  }

  /** After an ended step, the next release starts with two hosts again, so that it can shrink. */
  async function grow(color: string) {
    await releases.configure({ [`${color}.count`]: 2 });
    await releases.stack.mustUp();
  }

  for (const [at, [step, lastsMs]] of STEPS.entries()) {
    for (let turn = 0; turn < KILLS; turn++) {
      const ending = (at + turn) % 2 === 0 ? "resume" : "abort";
      const delayMs = Math.round(((turn + Math.random()) * lastsMs) / KILLS);
      it(`keeps serving when killed ${delayMs} ms into ${step}, and ${ending} ends it`, async () => {
        const { from, to } = await releases.colors();
        const users = startUsers(releases.stack.url);
        const reached = await killIn(step, delayMs);
        const isOver = reached === undefined;
        if (!isOver) {
          const { code, output } = await (ending === "resume" ? resume() : releases.run("abort"));
          expect(code, output).to.equal(0);
        }
        expectNoFailure(await users.stop());
        // In the last step all users already have the new version.
        const isReleased = isOver || ending === "resume" || reached === "retire";
        const live = isReleased ? to : from;
        await releases.expectLive(live);
        expect((await lastRelease(releases.stack)).outcome).to.equal(
          isReleased ? "released" : "aborted",
        );
        await grow(live);
      });
    }
  }
});
