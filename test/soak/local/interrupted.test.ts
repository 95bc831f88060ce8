import { describeInterruptedReleases } from "../../helpers/interruptedReleases.ts";

// SEEDS=1000,1001 runs only these seeds, for example one that failed before.
const chosen = process.env["SEEDS"]?.split(",").map(Number);

describeInterruptedReleases(chosen ?? Array.from({ length: 30 }, (_, index) => 100 + index));
