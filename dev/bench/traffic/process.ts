/**
 * The traffic's own process: what the benchmark itself does meanwhile, such as starting commands,
 * must not show in the traffic's latency.
 */
import { setPriority } from "node:os";
import { Asking, type TrafficOptions } from "./asking.ts";

/** Before all else on this machine, as if the users sat at others; only root may. */
const PRIORITY = -15;

if (process.getuid?.() === 0) setPriority(PRIORITY);
let asking: Asking | undefined;

process.on("message", (message: TrafficOptions | "stop") => {
  if (message !== "stop") {
    asking = new Asking(message);
    return;
  }
  void asking?.stop().then((log) => process.send?.(log, () => process.disconnect()));
});

// Also where the benchmark has died.
process.on("disconnect", () => process.exit());
