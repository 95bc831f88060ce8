/** `1,234,567` */
export function count(value: number): string {
  return Number.isNaN(value) ? "-" : Math.round(value).toLocaleString("en-US");
}

/** `1.5`, of a mean that is small. */
export function tenths(value: number): string {
  return Number.isNaN(value) ? "-" : value.toFixed(1);
}

/** Milliseconds, with a decimal where it says something. */
export function ms(value: number): string {
  if (Number.isNaN(value)) return "-";
  return `${value < 100 ? value.toFixed(1) : count(value)} ms`;
}

/** Milliseconds as seconds. */
export function seconds(value: number): string {
  return Number.isNaN(value) ? "-" : `${(value / 1000).toFixed(2)} s`;
}

export function megabytes(bytes: number): string {
  return Number.isNaN(bytes) ? "-" : `${count(bytes / 2 ** 20)} MiB`;
}

/** A share from 0 to 1. */
export function percent(share: number): string {
  return Number.isNaN(share) ? "-" : `${(100 * share).toFixed(1)} %`;
}

export function times(ratio: number): string {
  return Number.isFinite(ratio) ? `${ratio.toFixed(2)}x` : "-";
}
