/** Numbers from 0 to 1 that are the same for the same seed (sfc32, by Chris Doty-Humphrey). */
export type Random = () => number;

export function randomFrom(seed: number): Random {
  let [a, b, c, counter] = [0, seed | 0, 0x9e3779b9, 1];
  const next = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < 12; round++) next();
  return next;
}

/** How many of so many happen, each with this probability: from one that happens to the next. */
export function binomial(random: Random, size: number, probability: number): number {
  if (probability <= 0) return 0;
  if (probability >= 1) return size;
  const logMiss = Math.log1p(-probability);
  let hits = 0;
  for (let at = skip(); at < size; at += 1 + skip()) hits += 1;
  return hits;

  function skip(): number {
    return Math.floor(Math.log(1 - random()) / logMiss);
  }
}

/** Normally distributed, mean 0 and deviation 1 (Box and Muller). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
