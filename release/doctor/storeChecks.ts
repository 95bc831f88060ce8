import { describeOutcome } from "../output/describe.ts";
import { describeHolder, isRunning, lockHolders, type StatePlace } from "../engine/stateLock.ts";
import { JournalFile } from "../store/journal.ts";
import { type LeaseRecord, type LockState, readLock } from "../store/lease.ts";
import type { Store } from "../store/store.ts";
import type { Check, Found } from "./check.ts";

/** What lies beside the state: needs neither the Pulumi CLI nor the config. */
export function storeChecks(
  store: Store,
  place: StatePlace,
  stateOf: (lease: LeaseRecord) => Promise<LockState>,
): Check[] {
  return [
    {
      name: "release lock",
      async run() {
        const stored = await readLock(store);
        return lockFound(stored?.lease, stored ? await stateOf(stored.lease) : "free");
      },
    },
    {
      name: "journal",
      async run() {
        const { unfinished, last } = await JournalFile.open(store);
        if (!unfinished) return { fine: last ? describeOutcome(last) : "no release yet" };
        const text =
          `A release is in progress: ${describeOutcome(unfinished)}. ` +
          "Continue it: bluegreen resume. Undo it: bluegreen abort";
        return { fine: "", problems: [text] };
      },
    },
    { name: "state lock", run: () => stateLock(place) },
  ];
}

export function lockFound(lease: LeaseRecord | undefined, state: LockState): Found {
  const fine = "free";
  if (!lease || state === "free") return { fine };
  const { owner, doing } = lease;
  if (state === "dead") {
    const warnings = [
      `"${doing}" by ${owner.user} is dead; the next command takes the lock by itself`,
    ];
    return { fine, warnings };
  }
  const remedy =
    state === "on-hold"
      ? "Free it: bluegreen lock release"
      : "Wait for it: bluegreen release --wait-for-lock 600 --image …";
  return { fine, problems: [`${owner.user} on ${owner.host} holds it for "${doing}". ${remedy}`] };
}

async function stateLock(place: StatePlace): Promise<Found> {
  const holders = await lockHolders(place);
  const problems = await Promise.all(
    holders.map(async (holder) => {
      // Of a command on another machine this throws, with what to do.
      const isAtWork = await isRunning(holder, place.stack);
      return isAtWork
        ? `A Pulumi command is at work: ${describeHolder(holder)}. Wait for it: ` +
            "bluegreen release --wait-for-lock 600 --image …"
        : `A killed Pulumi command has left its lock: ${describeHolder(holder)}. ` +
            `Remove it: npx pulumi cancel --yes ${place.stack}`;
    }),
  );
  return { fine: "free", problems };
}
