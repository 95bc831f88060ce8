/** Octavia's weights are whole numbers up to this; 0 means no new requests. */
export const LARGEST_WEIGHT = 256;

/** The weight of each member of the two colors that share a pool. */
export interface Weights {
  readonly active: number;
  readonly canary: number;
}

/** How many members each color has; at least one. */
export type Members = Weights;

/**
 * The weights nearest to a share. A color's share is its members' part of the total weight. With equally
 * many members on both sides, the smallest is 1 in 257, about 0.4 percent.
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

/** The canary's share in percent with these weights. */
export function shareOfWeights({ active, canary }: Weights, members: Members): number {
  const forCanary = canary * members.canary;
  const forAll = forCanary + active * members.active;
  return forAll === 0 ? 0 : (forCanary / forAll) * 100;
}

/** If two candidates differ by less, the smaller weights win. */
const EQUAL_PERCENT = 1e-9;

/** For each weight of the larger side, the nearest one of the other side. */
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
