const begun = Date.now();

/** Tells on standard error what is being done, so that standard output holds the results alone. */
export function say(what: string): void {
  const elapsed = Math.round((Date.now() - begun) / 1000);
  console.error(`${String(elapsed).padStart(5)} s  ${what}`);
}
