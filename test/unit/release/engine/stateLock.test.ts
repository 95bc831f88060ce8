import { spawn } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { lockFolder, type LockHolder } from "../../../../release/engine/lockHolders.ts";
import { waitForState } from "../../../../release/engine/stateLock.ts";
import { realClock } from "../../../../release/store/clock.ts";
import { FakeClock, makeStore, removeStores } from "../../../helpers/releaseStore.ts";

/** Beyond what Linux and macOS give. */
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

  it("is free where nobody holds it", async () => {
    expect(await waitForState(place(), new FakeClock())).to.equal("free");
  });

  it("was left where its holder has gone", async () => {
    await lock({ pid: NO_PID });
    expect(await waitForState(place(), new FakeClock())).to.equal("left");
  });

  it("was left where its pid belongs to another program by now", async () => {
    await lock({ pid: process.pid });
    expect(await waitForState(place(), new FakeClock())).to.equal("left");
  });

  it("is waited for while its holder works", async () => {
    // What tells a Pulumi command is its command line.
    const working = spawn("sh", ["-c", "sleep 1; : pulumi up"]);
    const file = await lock({ pid: working.pid ?? 0 });
    let hasEnded = false;
    working.on("exit", () => {
      hasEnded = true;
      void rm(file);
    });
    expect(await waitForState(place(), realClock)).to.be.oneOf(["free", "left"]);
    expect(hasEnded).to.equal(true);
  });

  it("is for a person to look at where its holder was on another machine", async () => {
    await lock({ pid: 7, hostname: "runner-1" });
    const error = await waitForState(place(), new FakeClock()).catch((caught: Error) => caught);
    expect((error as Error).message).to.match(
      /locked by ann \(pid 7 on runner-1.*npx pulumi cancel --yes prod/s,
    );
  });
});
