import type { Trouble } from "../bucketProxy.ts";
import { BucketStore, FolderStore } from "../stores.ts";
import type { Fault, Faults } from "../target.ts";

/** Of the store of releases, which is a folder in one trial and a bucket in the next. */
export const STORE_FAULTS: Faults = {
  "a full disk of the store": inFolder((store, milliseconds) => store.whileFull(milliseconds)),
  "a folder of the store that is gone": inFolder((store, milliseconds) =>
    store.whileGone(milliseconds),
  ),
  "a partition between runner and bucket": inBucket("silent"),
  "503 from the bucket": inBucket("failing"),
  "lost answers of the bucket": inBucket("lost answers"),
  "doubled requests to the bucket": inBucket("doubled"),
};

function inFolder(trouble: (store: FolderStore, milliseconds: number) => Promise<void>): Fault {
  return {
    fits: (store) => store instanceof FolderStore,
    apply: async ({ store, random }) => {
      if (!(store instanceof FolderStore)) return false;
      await trouble(store, milliseconds(random));
      return true;
    },
  };
}

function inBucket(trouble: Trouble): Fault {
  return {
    fits: (store) => store instanceof BucketStore,
    apply: async ({ store, random }) => {
      if (!(store instanceof BucketStore)) return false;
      await store.during(trouble, milliseconds(random));
      return true;
    },
  };
}

function milliseconds(random: () => number): number {
  return 2000 + random() * 12_000;
}
