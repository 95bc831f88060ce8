import { spawn } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import {
  lockFolder,
  type LockHolder,
  waitForStateLock,
} from "../../../../release/engine/stateLock.ts";
import { realClock } from "../../../../release/store/clock.ts";
import { FakeClock, makeStore, removeStores } from "../../../helpers/releaseStore.ts";

/** A pid above the limits of Linux and macOS. */
const NO_PID = 99_999_999;

describe("the lock of a stack's state", () => {
  let state: string;
  beforeEach(async () => {
    state = (await makeStore()).place;
  });
  after(removeStores);

  const place = () => ({ backendUrl: `file://${state}`, project: "shop", stack: "prod" });

  async function lock(holder: Partial<LockHolder>): Promise<string> {
    const folder = join(state, lockFolder("shop", "prod"));
    await mkdir(folder, { recursive: true });
    const file = join(folder, `${holder.pid}.json`);
    const all = { username: "ann", hostname: hostname(), timestamp: "2026-11-21T10:00:00Z" };
    await writeFile(file, JSON.stringify({ ...all, ...holder }));
    return file;
  }

  it("is free without a holder", async () => {
    expect(await waitForStateLock(place(), new FakeClock())).to.equal("free");
  });

  it("is stale if its holder has ended", async () => {
    await lock({ pid: NO_PID });
    expect(await waitForStateLock(place(), new FakeClock())).to.equal("stale");
  });

  it("is stale if its pid now belongs to another program", async () => {
    await lock({ pid: process.pid });
    expect(await waitForStateLock(place(), new FakeClock())).to.equal("stale");
  });

  it("makes the command wait while its holder runs", async () => {
    // A Pulumi command is recognized by its command line.
    const working = spawn("sh", ["-c", "sleep 1; : pulumi up"]);
    const file = await lock({ pid: working.pid ?? 0 });
    let hasEnded = false;
    working.on("exit", () => {
      hasEnded = true;
      void rm(file);
    });
    expect(await waitForStateLock(place(), realClock)).to.be.oneOf(["free", "stale"]);
    expect(hasEnded).to.equal(true);
  });

  it("requires a person if its holder was on another machine", async () => {
    await lock({ pid: 7, hostname: "runner-1" });
    const error = await waitForStateLock(place(), new FakeClock()).catch((caught: Error) => caught);
    expect((error as Error).message).to.match(
      /locked by ann \(pid 7 on runner-1.*npx pulumi cancel --yes prod/s,
    );
  });

  describe("of a runner that died with the lock of the releases", () => {
    const took = Date.parse("2026-11-21T10:00:00Z");
    const dead = { host: "runner-1", fence: 3, takenAt: took - 5000, renewedAt: took + 60_000 };
    const wait = () => waitForStateLock(place(), new FakeClock(), dead);

    it("is stale on any machine", async () => {
      await lock({ pid: 7, hostname: "runner-1" });
      expect(await wait()).to.equal("stale");
    });

    it("requires a person if another machine holds it", async () => {
      await lock({ pid: 7, hostname: "runner-2" });
      expect(await wait().catch((error: Error) => error.message)).to.include("runner-2");
    });

    it("requires a person if it was taken before or after that runner worked", async () => {
      for (const timestamp of ["2026-11-21T09:59:00Z", "2026-11-21T10:05:00Z"]) {
        await lock({ pid: 7, hostname: "runner-1", timestamp });
        expect(await wait().catch((error: Error) => error.message)).to.include("since 2026");
      }
    });
  });
});
