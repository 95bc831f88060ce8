import { mkdir, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { stackNames } from "../../../../lib/naming.ts";
import type { CliContext } from "../../../../release/cli/cliContext.ts";
import { exitCodeOfError, EXIT } from "../../../../release/cli/exitCodes.ts";
import { refuseStateLock, waitForLocks } from "../../../../release/cli/waitForLocks.ts";
import { lockFolder } from "../../../../release/engine/stateLock.ts";
import type { ReleaseEvent } from "../../../../release/run/events.ts";
import type { UserError } from "../../../../lib/userError.ts";
import { realClock } from "../../../../release/store/clock.ts";
import { Lease } from "../../../../release/store/lease.ts";
import { thisOwner } from "../../../../release/store/owner.ts";
import { makeStore, removeStores } from "../../../helpers/releaseStore.ts";

describe("release --wait-for-lock", function () {
  this.timeout(20_000);
  let cli: CliContext;
  let events: ReleaseEvent[];
  let onWaiting: () => Promise<unknown>;

  beforeEach(async () => {
    const store = await makeStore();
    events = [];
    onWaiting = () => Promise.resolve();
    const report = (event: ReleaseEvent) => {
      events.push(event);
      void onWaiting();
    };
    const project = { backendUrl: `file://${store.place}`, name: "shop" };
    const names = stackNames("shop", "prod");
    cli = { store, report, project, names, stack: "prod" } as unknown as CliContext;
  });
  after(removeStores);

  /** As Pulumi writes it. @returns its file. */
  async function lockState(holder: object): Promise<string> {
    const folder = join(cli.store.place, lockFolder("shop", "prod"));
    await mkdir(folder, { recursive: true });
    const file = join(folder, "1.json");
    const all = { pid: 4711, username: "ann", timestamp: "2026-11-21T10:00:00Z", ...holder };
    await writeFile(file, JSON.stringify(all));
    return file;
  }

  const lease = async () =>
    Lease.take(cli.store, { owner: await thisOwner(), doing: "release app:v2" }, realClock);
  const waits = () => events.flatMap((event) => (event.event === "info" ? [event.text] : []));

  it("does not wait where there is no lock", async () => {
    await waitForLocks(cli, 60);
    expect(events).to.deep.equal([]);
  });

  it("waits for another release to end, and says for which", async () => {
    const taken = await lease();
    onWaiting = () => taken.free();
    await waitForLocks(cli, 60);
    expect(waits()).to.have.length(1);
    expect(waits()[0]).to.match(/^Waiting for the lock, held by .* for "release app:v2"$/);
  });

  it("waits for a Pulumi command to end, on another machine too", async () => {
    const file = await lockState({ hostname: "runner-2" });
    onWaiting = () => rm(file);
    await waitForLocks(cli, 60);
    expect(waits()).to.deep.equal([
      "Waiting for the lock, held by Pulumi for ann (pid 4711 on runner-2, since 2026-11-21T10:00:00Z)",
    ]);
    await refuseStateLock(cli);
  });

  it("gives up after its time, and the check then refuses with the code for a lock", async () => {
    await lockState({ hostname: "runner-2" });
    await waitForLocks(cli, 1);
    const error = await refuseStateLock(cli).catch((thrown: unknown) => thrown);
    expect((error as Error).message).to.include("--wait-for-lock 600");
    expect((error as Error).message).to.include("npx pulumi cancel --yes prod");
    expect(exitCodeOfError(error as UserError)).to.equal(EXIT.locked);
  });

  it("ignores the lock of a Pulumi command that has ended on this machine", async () => {
    await lockState({ hostname: hostname(), pid: 99_999_999 });
    await waitForLocks(cli, 60);
    expect(events).to.deep.equal([]);
    await refuseStateLock(cli);
  });
});
