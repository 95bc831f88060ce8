export { now } from "./clock.ts";
export type { Latency } from "./latency.ts";
export { Load, startLoad, type LoadOptions, type Snapshot } from "./load.ts";
export type { Answer, Failure, Kind, Reason } from "./outcome.ts";
export { LoadReport, type Counts, type Mark, type Range, type Second } from "./report.ts";
