import type { Tally } from "./blocks.ts";

/** `14 of 312 (4.5 %)` */
export function ofAll({ requests, failures }: Tally): string {
  const share = failures === 0 ? "" : ` (${percent(failures / requests)})`;
  return `${whole(failures)} of ${whole(requests)}${share}`;
}

/** A share with two significant digits: `4.5 %`, `0.12 %`, `20 %`. */
export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}

/** Seconds: `95 ms`, `1.2 s`. */
export function times(seconds: number): string {
  if (Number.isNaN(seconds)) return "no time";
  if (seconds >= 1) return `${seconds.toFixed(1)} s`;
  return `${Number((seconds * 1000).toPrecision(2))} ms`;
}

/** From their natural logarithm: `3,120 to 1`. */
export function odds(log: number): string {
  if (log < 0) return "less than 1 to 1";
  if (log > Math.log(1e6)) return "more than a million to 1";
  return `${whole(Math.exp(log))} to 1`;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
