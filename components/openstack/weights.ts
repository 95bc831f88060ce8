/** Octavia's weights are whole numbers up to this; 0 sends nothing new. */
export const LARGEST_WEIGHT = 256;

/** The weight of each member of the two colors that share a pool. */
export interface Weights {
  readonly active: number;
  readonly canary: number;
}

/** How many members each of them has; at least one. */
export type Members = Weights;

/**
 * The weights that come nearest to a share. A color's share is its members' weights in those of all; with
 * as many members on both sides the smallest one is 1 in 257, about 0.4 percent.
 *
 * @param percent For the canary, 0 to 100.
 */
export function weightsFor(percent: number, members: Members): Weights {
  if (percent <= 0) return { active: LARGEST_WEIGHT, canary: 0 };
  if (percent >= 100) return { active: 0, canary: LARGEST_WEIGHT };
  let best: Weights = { active: 1, canary: 1 };
  for (const weights of candidates(percent / (100 - percent), members)) {
    const isNearer =
      distance(weights, members, percent) < distance(best, members, percent) - EQUAL_PERCENT;
    if (isNearer) best = weights;
  }
  return best;
}

/** The percentage that the canary gets of these weights. */
export function shareOfWeights({ active, canary }: Weights, members: Members): number {
  const forCanary = canary * members.canary;
  const forAll = forCanary + active * members.active;
  return forAll === 0 ? 0 : (forCanary / forAll) * 100;
}

/** Of two that differ by less, the smaller numbers are taken. */
const EQUAL_PERCENT = 1e-9;

/** For each weight of the larger side the nearest one of the other. */
function* candidates(ratio: number, members: Members): Iterable<Weights> {
  const perMember = (ratio * members.active) / members.canary;
  for (let large = 1; large <= LARGEST_WEIGHT; large++) {
    const small = clamp(Math.round(perMember <= 1 ? large * perMember : large / perMember));
    yield perMember <= 1 ? { active: large, canary: small } : { active: small, canary: large };
  }
}

function clamp(weight: number): number {
  return Math.min(LARGEST_WEIGHT, Math.max(1, weight));
}

function distance(weights: Weights, members: Members, percent: number): number {
  return Math.abs(shareOfWeights(weights, members) - percent);
}
