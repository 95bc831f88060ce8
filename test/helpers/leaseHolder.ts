/**
 * Run as a process: `leaseHolder.ts FOLDER ROUNDS`. Repeatedly takes the lock of the store in the
 * folder, and logs in `log` when it acquires and releases it. `ROUNDS` 0 takes it once and keeps
 * it.
 */
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { realClock } from "../../release/store/clock.ts";
import { FileStore } from "../../release/store/fileStore.ts";
import { Lease } from "../../release/store/lease.ts";
import { thisOwner } from "../../release/store/owner.ts";

const [folder = "", rounds = "1"] = process.argv.slice(2);
const store = new FileStore(folder);
const owner = await thisOwner();

async function note(word: string, fence: number): Promise<void> {
  await appendFile(join(folder, "log"), `${word} ${process.pid} ${fence}\n`);
}

if (rounds === "0") {
  const lease = await Lease.take(store, { owner, doing: "keep" }, realClock);
  lease.startRenewing();
  await note("has", lease.fence);
  await sleep(60_000);
}
for (let round = 0; round < Number(rounds);) {
  const lease = await Lease.take(store, { owner, doing: `round ${round}` }, realClock).catch(
    () => undefined,
  );
  // Another process was first.
  if (!lease) continue;
  await note("has", lease.fence);
  await sleep(5);
  lease.check();
  await note("had", lease.fence);
  await lease.free();
  round++;
}
